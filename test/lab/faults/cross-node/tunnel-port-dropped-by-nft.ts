// A hardening script's own nft table drops the tunnel's packets on one node. Seen: node addresses fine, pods silent.

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

export const tunnelPortDroppedByNft: Fault = {
  name: 'tunnel-port-dropped-by-nft',
  inject: async (lab) => {
    const chain = '{ type filter hook input priority -10; policy accept; }';
    await must(lab, broken, 'nft', `add table inet hardening; add chain inet hardening input ${chain}`);
    const rule = ['udp', 'dport', String(tunnelPort), 'counter', 'drop'];
    await must(lab, broken, 'nft', 'add', 'rule', 'inet', 'hardening', 'input', ...rule);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.firewall-drop'));
  },
  recover: async (lab) => {
    await lab.exec(broken, ['nft', 'delete', 'table', 'inet', 'hardening']);
    await waitUntilNodesTalk(lab);
  },
};
