// The CNI configuration of one node loses a closing brace. Seen: the runtime drops the network that it had, and the node is
// NotReady; the runtime's words are the same as without any file.

import { configFile, nodeIsReady, onNode, restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const configInvalid: Fault = {
  name: 'config-invalid',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `head -c -4 ${configFile} >/tmp/broken; cat /tmp/broken >${configFile}`);
    await lab.waitFor(`${node} is NotReady`, async () => !(await nodeIsReady(lab, node)));
    return {
      words: ['cni-health', node],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.config-invalid', subject: { kind: 'node', name: node }, node },
            params: { file: configFile, cause: 'not-json' },
          },
        ],
      },
    };
  },
  recover: (lab) => restoreCni(lab, ...lab.nodes.slice(1, 2)),
};
