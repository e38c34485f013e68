// /run/flannel/subnet.env is removed on one node. Seen: pods that run go on; new ones get no sandbox, the plugin flannel names
// the file. Flannel does not write it again until it restarts.

import { addPod, onNode, restoreCni, waitForSandboxError } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

export const stateFileRemoved: Fault = {
  name: 'state-file-removed',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, 'rm /run/flannel/subnet.env');
    await addPod(lab, node);
    await waitForSandboxError(lab, 'subnet.env');
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'cni.state-file-missing', subject: { kind: 'node', name: node }, node }],
      },
    };
  },
  recover: (lab) => restoreCni(lab, ...lab.nodes.slice(1, 2)),
};
