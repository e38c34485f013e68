// One node stops forwarding. Seen: the node itself is reached over the tunnel, its pods reach nobody beyond it.

import type { Fault, Lab } from '../../fault.ts';
import { broken, causeOn, expectCauses, must, waitUntilCut, waitUntilNodesTalk } from '../../node-network.ts';

const forward = (lab: Lab, value: 0 | 1) =>
  must(lab, broken, 'sh', '-c', `echo ${value} > /proc/sys/net/ipv4/ip_forward`);

export const ipForwardOff: Fault = {
  name: 'ip-forward-off',
  inject: async (lab) => {
    await forward(lab, 0);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.ip-forward-off'));
  },
  recover: async (lab) => {
    await forward(lab, 1);
    await waitUntilNodesTalk(lab);
  },
};
