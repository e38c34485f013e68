// The other iptables back end drops the tunnel's packets: neither iptables nor nft shows the rule. Seen: as with nft.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  expectCauses,
  must,
  tunnelPort,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';

const drop = ['INPUT', '-p', 'udp', '--dport', String(tunnelPort), '-j', 'DROP'];

export const tunnelPortDroppedByLegacy: Fault = {
  name: 'tunnel-port-dropped-by-legacy',
  inject: async (lab) => {
    await must(lab, broken, 'iptables-legacy', '-I', ...drop);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.firewall-drop'));
  },
  recover: async (lab) => {
    while ((await lab.exec(broken, ['iptables-legacy', '-D', ...drop])).code === 0);
    await waitUntilNodesTalk(lab);
  },
};
