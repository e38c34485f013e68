// One node's tunnel device has another MAC than its flannel registered. Seen: what peers send there is for somebody else;
// with the MAC went the node's own neighbour entries.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  mend,
  must,
  signalOn,
  tunnelDevice,
  waitUntilCut,
} from '../../node-network.ts';

const stranger = '02:00:00:00:00:99';

export const macDifferent: Fault = {
  name: 'mac-different',
  inject: async (lab) => {
    await signalOn(lab, broken, 'flanneld', 'STOP');
    await must(lab, broken, 'ip', 'link', 'set', tunnelDevice, 'address', stranger);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.tunnel-mismatch', { setting: 'mac', actual: stranger }));
  },
  // Its flannel would register whatever MAC it finds.
  recover: async (lab) => {
    const { tunnelMac } = await describeNode(lab, broken);
    await must(lab, broken, 'ip', 'link', 'set', tunnelDevice, 'address', tunnelMac);
    await signalOn(lab, broken, 'flanneld', 'CONT');
    await mend(lab, broken);
  },
};
