// cni0 of one node holds an address of an older range, as after a node joined anew. Seen: new pods get no sandbox, "already has
// an IP address different from"; pods that run have lost their gateway.

import { addPod, onNode, restoreCni, waitForSandboxError } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const old = '10.200.7.1/24';

export const bridgeOldAddress: Fault = {
  name: 'bridge-old-address',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(
      lab,
      node,
      `ip -4 -o addr show dev cni0 | awk '{print $4}' >/run/drill-cni0; ip -4 addr flush dev cni0; ip addr add ${old} dev cni0`,
    );
    await addPod(lab, node);
    await waitForSandboxError(lab, 'already has an IP address different from');
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.bridge-address-conflict', subject: { kind: 'node', name: node }, node },
            params: { bridge: 'cni0', actual: [old] },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(
      lab,
      node,
      '[ ! -s /run/drill-cni0 ] || { ip -4 addr flush dev cni0; ip addr add "$(cat /run/drill-cni0)" brd + dev cni0; rm /run/drill-cni0; }',
    );
    await restoreCni(lab, node);
  },
};
