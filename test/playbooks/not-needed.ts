// Answers that a cleared verdict may lack without a word, each with the reason. Everything else that could not be seen has
// to be named as not checked.

export interface NotNeeded {
  /** `any`: all of them. */
  playbook: string;
  /** Of the probe's id. */
  probe: RegExp;
  why: string;
}

export const notNeeded: readonly NotNeeded[] = [
  { playbook: 'any', probe: /^api\.version$/, why: 'it is shown, and decides nothing' },
  {
    playbook: 'any',
    probe: /^api\.list\(pods .*component=agent/,
    why: 'where there is no agent is told by the probes that cannot be carried out there',
  },
  {
    playbook: 'dns',
    probe: /^api\.(may|log)\(/,
    why: 'asked ahead to explain a CoreDNS that fails; every replica answered',
  },
  {
    playbook: 'dns',
    probe: /^api\.list\(pods fieldSelector=spec\.nodeName=/,
    why: 'it finds a pod to ask from; without one the node’s own network asks, and the leg says so',
  },
  {
    playbook: 'dns',
    probe: /^api\.get\((services|namespaces) /,
    why: 'asked ahead to explain a name that is missing; it was found',
  },
  {
    playbook: 'dns',
    probe: /^(dns\.query\(\w+ \S+ \S+ A x1 |resolver\.(kubelet|pod-file)@)/,
    why: 'asked ahead, from every place, to explain an answer that fails; a leg that could not be tried is shown as such',
  },
];
