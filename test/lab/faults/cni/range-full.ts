// Every address of one node's pod range is on record as taken, as after sandboxes whose removal failed. Seen: new pods get no
// sandbox there, "no IP addresses available in range set"; other nodes have plenty.

import { addPod, onNode, restoreCni, waitForSandboxError } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const folder = '/var/lib/cni/networks/cbr0';

export const rangeFull: Fault = {
  name: 'range-full',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(
      lab,
      node,
      `. /run/flannel/subnet.env; base=\${FLANNEL_SUBNET%.*}; mkdir -p ${folder}; cd ${folder}
       for i in $(seq 2 254); do [ -e $base.$i ] || printf 'drill\\r\\neth0' >$base.$i; done`,
    );
    await addPod(lab, node);
    await waitForSandboxError(lab, 'no IP addresses available in range set');
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'ipam.node-range-exhausted', subject: { kind: 'node', name: node }, node },
            params: { capacity: 253, used: 253 },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    for (const node of lab.nodes)
      await onNode(lab, node, `cd ${folder} && { grep -l '^drill' * 2>/dev/null | xargs -r rm; } || true`);
    await restoreCni(lab);
  },
};
