// The DaemonSet gets a nodeSelector that one node does not have. Seen: no flannel pod there; pods go on working, with what
// flannel left in the kernel, until another node comes or goes.

import { patchDaemonSet, restoreCni, waitUntilAgentIsLeftOut } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const label = 'drill-network';

export const agentNotSelected: Fault = {
  name: 'agent-not-selected',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    for (const other of lab.nodes.filter((name) => name !== node))
      await lab.kubectl(['label', 'node', other, `${label}=flannel`, '--overwrite']);
    await patchDaemonSet(lab, { spec: { template: { spec: { nodeSelector: { [label]: 'flannel' } } } } });
    await waitUntilAgentIsLeftOut(lab, node);
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.agent-missing', subject: { kind: 'node', name: node }, node },
            params: { cause: 'not-selected' },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    await lab.kubectl(['label', 'nodes', '--all', `${label}-`]);
    await restoreCni(lab);
  },
};
