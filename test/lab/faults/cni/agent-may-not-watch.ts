// Flannel's ClusterRole loses its verb `watch`, while all agents run. Seen: they go on, log once in a while that they are refused,
// and learn of no new node.

import { agentNamespace, daemonSet, restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const agentMayNotWatch: Fault = {
  name: 'agent-may-not-watch',
  inject: async (lab) => {
    const verbs = { op: 'replace', path: '/rules/1/verbs', value: ['get', 'list'] };
    await lab.kubectl([
      'patch',
      'clusterrole',
      'flannel',
      '--type',
      'json',
      '--patch',
      JSON.stringify([verbs]),
    ]);
    const account = `system:serviceaccount:${agentNamespace}:flannel`;
    await lab.waitFor('flannel may no longer watch nodes', async () => {
      const answer = await lab
        .kubectl(['auth', 'can-i', 'watch', 'nodes', '--as', account])
        .catch((error: Error) => error.message);
      return !answer.startsWith('yes');
    });
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'cni.agent-unauthorized',
            subject: { kind: 'daemonset', namespace: agentNamespace, name: daemonSet },
            params: { denied: ['watch nodes'] },
          },
        ],
      },
    };
  },
  recover: (lab) => restoreCni(lab),
};
