// One node's tunnel device is gone and its flannel hangs, which would make it anew. Seen: its pods reach no other node.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  expectCauses,
  mend,
  must,
  signalOn,
  tunnelDevice,
  waitUntilCut,
} from '../../node-network.ts';

export const tunnelMissing: Fault = {
  name: 'tunnel-missing',
  inject: async (lab) => {
    await signalOn(lab, broken, 'flanneld', 'STOP');
    await must(lab, broken, 'ip', 'link', 'del', tunnelDevice);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.tunnel-missing', { device: tunnelDevice }));
  },
  recover: async (lab) => {
    await signalOn(lab, broken, 'flanneld', 'CONT');
    await mend(lab, broken);
  },
};
