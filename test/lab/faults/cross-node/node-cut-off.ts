// The switch separates one node from all other nodes, and from nobody else: the API server still reaches it. Seen: the
// node stays Ready, and its pods reach no other node.

import type { Fault } from '../../fault.ts';
import {
  causeOn,
  expectCauses,
  onSwitch,
  peer,
  reconnect,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';
import { switchPort } from '../../topology.ts';

export const nodeCutOff: Fault = {
  name: 'node-cut-off',
  inject: async (lab) => {
    const others = lab.nodes.filter((node) => node !== peer).map(switchPort);
    await onSwitch(lab, 'iifname', switchPort(peer), 'oifname', `{ ${others.join(', ')} }`, 'drop');
    await waitUntilCut(lab);
    return expectCauses(causeOn(peer, 'node.underlay-unreachable'));
  },
  recover: async (lab) => {
    await reconnect(lab);
    await waitUntilNodesTalk(lab);
  },
};
