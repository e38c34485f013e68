// Flannel's ClusterRoleBinding is deleted, and one agent restarts. Seen: it runs and counts as ready, with "is forbidden" in its
// log again and again, and gives up after ten minutes; the other agents go on without news of nodes.

import { agentNamespace, restartAgent, restoreCni, waitUntilAgentSays } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const agentWithoutRbac: Fault = {
  name: 'agent-without-rbac',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await lab.kubectl(['delete', 'clusterrolebinding', 'flannel', '--ignore-not-found']);
    await restartAgent(lab, node);
    const name = await waitUntilAgentSays(lab, node, 'is forbidden');
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'cni.agent-unauthorized',
            subject: { kind: 'pod', namespace: agentNamespace, name },
            node,
          },
        ],
      },
    };
  },
  recover: (lab) => restoreCni(lab, ...lab.nodes.slice(1, 2)),
};
