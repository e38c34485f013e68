// One node does not know the MAC behind the peer's tunnel address. Seen: silence, later "Destination Host Unreachable".

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

export const neighbourMissing: Fault = {
  name: 'neighbour-missing',
  inject: async (lab) => {
    const { tunnelAddress } = await describeNode(lab, peer);
    await must(lab, broken, 'ip', 'neigh', 'del', tunnelAddress, 'dev', tunnelDevice);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.neighbour-missing', { peers: [peer], address: tunnelAddress }));
  },
  recover: (lab) => mend(lab, broken),
};
