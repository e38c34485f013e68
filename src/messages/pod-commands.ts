// Commands about a pod for a person to copy, the same in every language, and the codes whose sentences hold them.

import type { CodesOf } from './finding-sentences.ts';

/** Those on firewall rules in a pod have their sentences in netfilter.ts. */
export type PodCode = Exclude<CodesOf<'pod'>, 'pod.firewalled'>;

/** `kubectl -n shop delete pod web-7f`: its controller makes a new one, with a new network. */
export const replaceCommand = (pod: string): string => kubectlOn('delete pod', pod);
export const describeCommand = (pod: string): string => kubectlOn('describe pod', pod);
export const logsCommand = (pod: string): string => kubectlOn('logs', pod);

function kubectlOn(verb: string, pod: string): string {
  const [namespace = '', name = ''] = pod.split('/');
  return `kubectl -n ${namespace} ${verb} ${name}`;
}
