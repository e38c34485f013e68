// One node sends the peer's tunnel packets to an address that nobody has. Seen: silence to and from that peer.

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

const nobody = '172.31.0.99';

export const fdbWrong: Fault = {
  name: 'fdb-wrong',
  inject: async (lab) => {
    const { tunnelMac } = await describeNode(lab, peer);
    const entry = [
      'bridge',
      'fdb',
      'replace',
      tunnelMac,
      'dev',
      tunnelDevice,
      'dst',
      nobody,
      'self',
      'permanent',
    ];
    await must(lab, broken, ...entry);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.fdb-wrong', { peers: [peer], actual: nobody }));
  },
  recover: (lab) => mend(lab, broken),
};
