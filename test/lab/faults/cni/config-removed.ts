// The CNI configuration of one node is removed. Seen: within 12 s the node is NotReady, "cni plugin not initialized"; its pods
// go on working.

import { configFile, nodeIsReady, onNode, restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const configRemoved: Fault = {
  name: 'config-removed',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `rm ${configFile}`);
    await lab.waitFor(`${node} is NotReady`, async () => !(await nodeIsReady(lab, node)));
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.not-initialized', subject: { kind: 'node', name: node }, node },
          },
        ],
      },
    };
  },
  recover: (lab) => restoreCni(lab, ...lab.nodes.slice(1, 2)),
};
