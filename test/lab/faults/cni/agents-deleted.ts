// Somebody deletes the DaemonSet. Seen: no flannel pod anywhere; traffic goes on with what is in the kernels.

import { agentNamespace, agentOn, daemonSet, restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const agentsDeleted: Fault = {
  name: 'agents-deleted',
  inject: async (lab) => {
    await lab.kubectl(['delete', 'daemonset', daemonSet, '--namespace', agentNamespace]);
    await lab.waitFor('flannel is gone from every node', async () => {
      const agents = await Promise.all(lab.nodes.map((node) => agentOn(lab, node)));
      return agents.every((agent) => agent === undefined);
    });
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.agent-missing', subject: { kind: 'daemonset', namespace: agentNamespace } },
            params: { cause: 'no-daemonset' },
          },
        ],
      },
    };
  },
  recover: (lab) => restoreCni(lab),
};
