// One node is tainted, and the DaemonSet no longer tolerates taints. Seen: its flannel pod is not made anew once deleted.

import { patchDaemonSet, restartAgent, restoreCni, waitUntilAgentIsLeftOut } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const taint = 'drill-dedicated';

export const agentNotTolerating: Fault = {
  name: 'agent-not-tolerating',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await lab.kubectl(['taint', 'node', node, `${taint}=batch:NoSchedule`, '--overwrite']);
    await patchDaemonSet(lab, { spec: { template: { spec: { tolerations: null } } } });
    await restartAgent(lab, node);
    await waitUntilAgentIsLeftOut(lab, node);
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.agent-missing', subject: { kind: 'node', name: node }, node },
            params: { cause: 'not-tolerated' },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    // It fails where there is no such taint.
    await lab.kubectl(['taint', 'nodes', '--all', `${taint}-`]).catch(() => '');
    await restoreCni(lab);
  },
};
