// The bridge of one node is set down. Seen: its pods reach nobody, each other included; the node itself is fine.

import type { Fault } from '../../fault.ts';
import { broken, causeOn, expectCauses, must, waitUntilCut, waitUntilNodesTalk } from '../../node-network.ts';

export const bridgeDown: Fault = {
  name: 'bridge-down',
  inject: async (lab) => {
    await must(lab, broken, 'ip', 'link', 'set', 'cni0', 'down');
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.bridge-down', { device: 'cni0', cause: 'down' }));
  },
  recover: async (lab) => {
    await lab.exec(broken, ['ip', 'link', 'set', 'cni0', 'up']);
    await waitUntilNodesTalk(lab);
  },
};
