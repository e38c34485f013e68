// One node forgets behind which address the peer's tunnel is. Seen: silence to and from that peer, all others are fine.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  mend,
  must,
  peer,
  tunnelDevice,
  waitUntilCut,
} from '../../node-network.ts';

export const fdbMissing: Fault = {
  name: 'fdb-missing',
  inject: async (lab) => {
    const { tunnelMac } = await describeNode(lab, peer);
    await must(lab, broken, 'bridge', 'fdb', 'del', tunnelMac, 'dev', tunnelDevice);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.fdb-missing', { peers: [peer], mac: tunnelMac }));
  },
  recover: (lab) => mend(lab, broken),
};
