// One node loses its route to the peer's pods. Seen: silence, since the default route takes the packets. Its flannel hangs:
// without a tunnel it writes the route again within ten seconds.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  mend,
  must,
  peer,
  signalOn,
  waitUntilCut,
} from '../../node-network.ts';

export const peerRouteDeleted: Fault = {
  name: 'peer-route-deleted',
  inject: async (lab) => {
    const { range } = await describeNode(lab, peer);
    await signalOn(lab, broken, 'flanneld', 'STOP');
    await must(lab, broken, 'ip', 'route', 'del', range);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.route-missing', { peers: [peer], range }));
  },
  recover: async (lab) => {
    await signalOn(lab, broken, 'flanneld', 'CONT');
    await mend(lab, broken);
  },
};
