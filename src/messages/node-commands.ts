// Commands that several sentences about nodes give, the same in every language.

import type { CodesOf } from './finding-sentences.ts';

/** `node.kube-proxy-down` is with the Services, the dropping rules are in netfilter.ts. */
export type NodeCode = Exclude<
  CodesOf<'node'>,
  'node.kube-proxy-down' | 'node.forward-drop' | 'node.firewall-drop'
>;

interface Agent {
  namespace: string;
  labelSelector: string;
}

/** Empty when the CNI's agent is not known. */
export const restartAgent = ({ namespace, labelSelector }: Agent, node = ''): string =>
  namespace === ''
    ? ''
    : `\`kubectl -n ${namespace} delete pod -l ${labelSelector} --field-selector spec.nodeName=${node}\``;
