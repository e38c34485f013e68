// One node loses its route to the peer's pods. Seen: silence, since the default route takes the packets.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  mend,
  must,
  peer,
  waitUntilCut,
} from '../../node-network.ts';

export const peerRouteDeleted: Fault = {
  name: 'peer-route-deleted',
  inject: async (lab) => {
    const { range } = await describeNode(lab, peer);
    await must(lab, broken, 'ip', 'route', 'del', range);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.route-missing', { peers: [peer], range }));
  },
  recover: (lab) => mend(lab, broken),
};
