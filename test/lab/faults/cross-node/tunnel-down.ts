// One node's tunnel device is set down; its routes go with it. Seen: its pods reach no other node, and stay so when it is
// set up again.

import type { Fault } from '../../fault.ts';
import { broken, causeOn, expectCauses, mend, must, tunnelDevice, waitUntilCut } from '../../node-network.ts';

export const tunnelDown: Fault = {
  name: 'tunnel-down',
  inject: async (lab) => {
    await must(lab, broken, 'ip', 'link', 'set', tunnelDevice, 'down');
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.tunnel-down', { device: tunnelDevice }));
  },
  recover: async (lab) => {
    await lab.exec(broken, ['ip', 'link', 'set', tunnelDevice, 'up']);
    await mend(lab, broken);
  },
};
