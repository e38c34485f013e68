// Somebody has fixed the MAC of a peer's own address on one node, and it is another machine's by now. Seen: the two nodes
// do not reach each other, everybody else reaches both.

import type { Fault } from '../../fault.ts';
import {
  broken,
  causeOn,
  expectCauses,
  must,
  peer,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';
import { nodeAddress } from '../../topology.ts';

const stranger = '02:00:00:00:00:99';

export const nodeNeighbourFixed: Fault = {
  name: 'node-neighbour-fixed',
  inject: async (lab) => {
    const entry = [nodeAddress(peer), 'lladdr', stranger, 'dev', 'eth0', 'nud', 'permanent'];
    await must(lab, broken, 'ip', 'neigh', 'replace', ...entry);
    await waitUntilCut(lab);
    return expectCauses(
      causeOn(broken, 'node.neighbour-wrong', { peers: [peer], leadsTo: 'node', actual: stranger }),
    );
  },
  recover: async (lab) => {
    await lab.exec(broken, ['ip', 'neigh', 'del', nodeAddress(peer), 'dev', 'eth0']);
    await waitUntilNodesTalk(lab);
  },
};
