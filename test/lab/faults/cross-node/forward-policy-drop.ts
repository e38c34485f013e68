// The FORWARD policy of one node's old iptables tables drops, as some container engines set it. Seen: its pods reach no
// other node, and the rules that are looked at first let everything through.

import type { Fault } from '../../fault.ts';
import { broken, causeOn, expectCauses, must, waitUntilCut, waitUntilNodesTalk } from '../../node-network.ts';

export const forwardPolicyDrop: Fault = {
  name: 'forward-policy-drop',
  inject: async (lab) => {
    await must(lab, broken, 'iptables-legacy', '-P', 'FORWARD', 'DROP');
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.forward-drop'));
  },
  recover: async (lab) => {
    await must(lab, broken, 'iptables-legacy', '-P', 'FORWARD', 'ACCEPT');
    await waitUntilNodesTalk(lab);
  },
};
