// The plugin binary `bridge`, to which the plugin flannel delegates, is removed on one node. Seen: new pods get no sandbox there;
// flannel itself is well, and a restart of it would not bring the binary back.

import { addPod, onNode, restoreCni, waitForSandboxError } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const binary = '/opt/cni/bin/bridge';
// Beside it, where only this node looks.
const kept = '/opt/cni/bin/.drill-bridge';

export const binaryRemoved: Fault = {
  name: 'binary-removed',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `mv ${binary} ${kept}`);
    await addPod(lab, node);
    await waitForSandboxError(lab, 'failed to find plugin "bridge"');
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.binary-missing', subject: { kind: 'node', name: node }, node },
            params: { plugins: ['bridge'] },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    for (const node of lab.nodes) await onNode(lab, node, `[ ! -e ${kept} ] || mv ${kept} ${binary}`);
    await restoreCni(lab);
  },
};
