// One node's port at the switch is down: nobody reaches it, the API server included. Seen: silence, and NotReady after 40 s.

import type { Fault } from '../../fault.ts';
import {
  causeOn,
  expectCauses,
  peer,
  reconnect,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';
import { switchPort } from '../../topology.ts';

export const underlayPortDown: Fault = {
  name: 'underlay-port-down',
  inject: async (lab) => {
    await lab.switch(['ip', 'link', 'set', switchPort(peer), 'down']);
    await waitUntilCut(lab);
    return expectCauses(causeOn(peer, 'node.underlay-unreachable'));
  },
  recover: async (lab) => {
    await reconnect(lab);
    await lab.kubectl(['wait', 'nodes', '--all', '--for', 'condition=Ready', '--timeout', '60s']);
    await waitUntilNodesTalk(lab);
  },
};
