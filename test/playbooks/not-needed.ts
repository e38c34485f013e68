// Answers that a cleared verdict may lack without a word, each with the reason. Everything else that could not be seen has
// to be named as not checked, or shown as a leg that was not seen to work.

import type { ProbeRecord } from '../../src/diagnosis/diagnosis.ts';
import type { ProbeTopics } from '../../src/diagnosis/probe.ts';

export interface NotNeeded {
  /** Absent: all of them. */
  playbooks?: string[];
  topics: (keyof ProbeTopics)[];
  /** Narrows the topics to some ids. */
  id?: RegExp;
  why: string;
}

const BY_TRAFFIC = ['pod', 'service', 'cross-node', 'mtu'];

export const notNeeded: readonly NotNeeded[] = [
  { topics: ['api.version'], why: 'it is shown, and decides nothing' },
  {
    topics: ['api.list'],
    id: /component=agent/,
    why: 'where there is no agent is told by the probes that cannot be carried out there',
  },
  {
    topics: ['api.list'],
    id: /pods fieldSelector=spec\.nodeName=/,
    why: 'it finds a pod to ask from; without one the node’s own network asks, and the leg says so',
  },
  {
    playbooks: ['dns'],
    topics: ['api.may', 'api.log'],
    why: 'asked ahead to explain a CoreDNS that fails; every replica answered',
  },
  {
    playbooks: ['dns'],
    topics: ['api.get'],
    id: /\((services|namespaces) /,
    why: 'asked ahead to explain a name that is missing; it was found',
  },
  {
    playbooks: ['dns'],
    topics: ['resolver.kubelet', 'resolver.pod-file'],
    why: 'read ahead to explain an answer that fails; all answered',
  },
  {
    playbooks: BY_TRAFFIC,
    topics: [
      'network.interfaces',
      'network.routes',
      'network.route-to',
      'network.neighbours',
      'network.fdb',
      'network.owners',
      'network.listeners',
      'network.settings',
      'network.counters',
      'netfilter.rules',
    ],
    why: 'state is read along with the traffic to explain what fails; everything passed, and state is not claimed to be in order',
  },
  {
    playbooks: BY_TRAFFIC,
    topics: ['node.file'],
    id: /nf_conntrack/,
    why: 'a full connection table explains what does not get through; everything did',
  },
  {
    playbooks: BY_TRAFFIC,
    topics: ['api.list', 'api.get'],
    id: /\((daemonsets\)|configmaps kube-flannel\/|pods fieldSelector=status\.podIP=)/,
    why: 'how the CNI wires pods, and whose an address is, explain traffic that fails; everything passed',
  },
];

export const isNotNeeded = (playbook: string, { id, label }: ProbeRecord): NotNeeded | undefined =>
  notNeeded.find(
    (each) =>
      (each.playbooks?.includes(playbook) ?? true) &&
      each.topics.includes(label.topic) &&
      (each.id?.test(id) ?? true),
  );
