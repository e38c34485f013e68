// A rule of the bridge's own hook on one node lets nothing from its pods to the node. Seen: the node does not reach its own
// pods, nor does anybody else, and all nodes reach each other.

import type { Fault } from '../../fault.ts';
import { broken, causeOn, expectCauses, must, waitUntilCut, waitUntilNodesTalk } from '../../node-network.ts';

const chain = '{ type filter hook input priority 0; policy accept; }';
const rules = `add table bridge drill; add chain bridge drill input ${chain}; add rule bridge drill input ether type ip counter drop`;

export const bridgeFiltered: Fault = {
  name: 'bridge-filtered',
  inject: async (lab) => {
    await must(lab, broken, 'nft', rules);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.firewall-drop'));
  },
  recover: async (lab) => {
    await lab.exec(broken, ['nft', 'delete', 'table', 'bridge', 'drill']);
    await waitUntilNodesTalk(lab);
  },
};
