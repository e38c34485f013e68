// One node's tunnel has another network identifier. Seen: silence, both ends drop what they get.

import type { Fault } from '../../fault.ts';
import { broken, causeOn, expectCauses, tunnelPort, waitUntilCut } from '../../node-network.ts';
import { replaceTunnel, restoreTunnel } from './tunnel-replaced.ts';

export const vniDifferent: Fault = {
  name: 'vni-different',
  inject: async (lab) => {
    await replaceTunnel(lab, { vni: 7, port: tunnelPort });
    await waitUntilCut(lab);
    return expectCauses(
      causeOn(broken, 'node.tunnel-mismatch', { setting: 'vni', actual: '7', expected: '1' }),
    );
  },
  recover: restoreTunnel,
};
