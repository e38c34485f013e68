// One node has a foreign MAC for the peer's tunnel address. Seen: silence to and from that peer.

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

const foreignMac = '02:00:00:00:00:99';

export const neighbourWrong: Fault = {
  name: 'neighbour-wrong',
  inject: async (lab) => {
    const { tunnelAddress } = await describeNode(lab, peer);
    const entry = [tunnelAddress, 'lladdr', foreignMac, 'dev', tunnelDevice, 'nud', 'permanent'];
    await must(lab, broken, 'ip', 'neigh', 'replace', ...entry);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.neighbour-wrong', { peers: [peer], actual: foreignMac }));
  },
  recover: (lab) => mend(lab, broken),
};
