// The settings of flannel did not parse, its agents were restarted and crash; then somebody put the settings right and left.
// Seen: the agents wait in their back-off, up to five minutes, though nothing is wrong any more.

import { daemonSet, patchDaemonSet, restoreCni, waitUntilAgentCrashes } from '../../cluster-cni.ts';
import type { Fault, Lab } from '../../fault.ts';

const configMap = ['configmap', 'kube-flannel-cfg', '--namespace', 'kube-flannel'];

const setNetwork = (lab: Lab, netConf: string) =>
  lab.kubectl([
    ...['patch', ...configMap, '--type', 'merge'],
    ...['--patch', JSON.stringify({ data: { 'net-conf.json': netConf } })],
  ]);

export const agentsInBackOff: Fault = {
  name: 'agents-in-back-off-after-settings-were-mended',
  inject: async (lab) => {
    const path = 'jsonpath={.data.net-conf\\.json}';
    const good = await lab.kubectl(['get', ...configMap, '--output', path]);
    await setNetwork(lab, '{ "Network": }');
    await patchDaemonSet(lab, { spec: { updateStrategy: { rollingUpdate: { maxUnavailable: '100%' } } } });
    await lab.kubectl(['rollout', 'restart', `daemonset/${daemonSet}`, '--namespace', 'kube-flannel']);
    for (const node of lab.nodes) await waitUntilAgentCrashes(lab, node);
    await setNetwork(lab, good);
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'cni.agent-crashing', subject: { kind: 'pod' } }],
      },
    };
  },
  recover: (lab) => restoreCni(lab, ...lab.nodes),
};
