// The switch lets no tunnel packets in to one node, as a security group does. Seen: node addresses reach each other, pods
// there reach no other node, and neither end has a rule that says so.

import type { Fault } from '../../fault.ts';
import {
  causeOn,
  expectCauses,
  onSwitch,
  peer,
  reconnect,
  tunnelPort,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';
import { switchPort } from '../../topology.ts';

export const tunnelPortBlocked: Fault = {
  name: 'tunnel-port-blocked',
  inject: async (lab) => {
    await onSwitch(lab, 'oifname', switchPort(peer), 'udp', 'dport', String(tunnelPort), 'drop');
    await waitUntilCut(lab);
    return expectCauses(causeOn(peer, 'node.tunnel-port-blocked', { port: tunnelPort }));
  },
  recover: async (lab) => {
    await reconnect(lab);
    await waitUntilNodesTalk(lab);
  },
};
