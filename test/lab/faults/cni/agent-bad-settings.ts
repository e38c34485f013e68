// The net-conf.json of flannel no longer parses, and one agent restarts. Seen: CrashLoopBackOff on that node, "error parsing
// subnet config" in its log; the other agents go on with what they read once.

import { agentNamespace, restartAgent, restoreCni, waitUntilAgentCrashes } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const agentBadSettings: Fault = {
  name: 'agent-bad-settings',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    const data = { 'net-conf.json': '{ "Network": "10.244.0.0/16", "Backend": { "Type": "vxlan", } }' };
    await lab.kubectl([
      ...['patch', 'configmap', 'kube-flannel-cfg', '--namespace', agentNamespace],
      ...['--type', 'merge', '--patch', JSON.stringify({ data })],
    ]);
    await restartAgent(lab, node);
    const name = await waitUntilAgentCrashes(lab, node);
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{
              code: 'cni.agent-crashing',
              subject: { kind: 'pod', namespace: agentNamespace, name },
              node,
            },
            params: { cause: 'settings-invalid' },
          },
        ],
      },
    };
  },
  recover: (lab) => restoreCni(lab),
};
