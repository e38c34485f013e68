// Commands that several sentences about MTUs give, the same in every language.

/** What to write where, so that all pods get an MTU that fits. */
export interface Remedy {
  namespace: string;
  configMap: string;
  key: string;
  value: number;
  daemonSet: string;
}

export const editSetting = ({ namespace, configMap }: Remedy): string =>
  `\`kubectl -n ${namespace} edit configmap ${configMap}\``;

export const restartAgents = ({ namespace, daemonSet }: Remedy): string =>
  `\`kubectl -n ${namespace} rollout restart daemonset ${daemonSet}\``;

/** Whatever owns it makes it anew. */
export const deletePod = (pod: string): string => {
  const [namespace = '', name = ''] = pod.split('/');
  return `\`kubectl -n ${namespace} delete pod ${name}\``;
};

/** On a node: lets TCP go on while the MTU is still wrong. */
export const CLAMP =
  '`iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu`';
