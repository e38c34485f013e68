// What the sentences about CNI components share in every language: their codes, commands, short names.

import type { CodesOf } from './finding-sentences.ts';

export type CniCode = CodesOf<'cni'> | CodesOf<'ipam'>;

interface Agents {
  namespace: string;
  daemonSet: string;
}

export const describeDaemonSet = ({ namespace, daemonSet }: Agents): string =>
  `\`kubectl -n ${namespace} describe daemonset ${daemonSet}\``;

export const restartAgents = ({ namespace, daemonSet }: Agents): string =>
  `\`kubectl -n ${namespace} rollout restart daemonset ${daemonSet}\``;

export const readLog = ({ namespace }: Agents, pod = ''): string =>
  `\`kubectl -n ${namespace} logs ${pod} --tail 50\``;

export const fileName = (path: string): string => path.split('/').at(-1) ?? path;
