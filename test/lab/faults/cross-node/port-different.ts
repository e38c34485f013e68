// One node's tunnel uses another UDP port. Seen: silence; the ends answer with ICMP port unreachable, which nobody hears.

import type { Fault } from '../../fault.ts';
import { broken, causeOn, expectCauses, tunnelPort, waitUntilCut } from '../../node-network.ts';
import { replaceTunnel, restoreTunnel } from './tunnel-replaced.ts';

export const portDifferent: Fault = {
  name: 'port-different',
  inject: async (lab) => {
    await replaceTunnel(lab, { vni: 1, port: 4789 });
    await waitUntilCut(lab);
    return expectCauses(
      causeOn(broken, 'node.tunnel-mismatch', {
        setting: 'port',
        actual: '4789',
        expected: String(tunnelPort),
      }),
    );
  },
  recover: restoreTunnel,
};
