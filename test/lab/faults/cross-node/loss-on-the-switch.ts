// The switch loses 30 % of what one node sends to other nodes. Seen: most things work, slowly.

import type { Fault } from '../../fault.ts';
import { causeOn, expectCauses, onSwitch, peer, reconnect, waitUntilNodesTalk } from '../../node-network.ts';
import { switchPort } from '../../topology.ts';

export const lossOnTheSwitch: Fault = {
  name: 'loss-on-the-switch',
  inject: async (lab) => {
    const others = lab.nodes.filter((node) => node !== peer).map(switchPort);
    const frames = ['iifname', switchPort(peer), 'oifname', `{ ${others.join(', ')} }`];
    await onSwitch(lab, ...frames, 'numgen', 'random', 'mod', '100', '<', '30', 'drop');
    return expectCauses(causeOn(peer, 'node.packet-loss'));
  },
  recover: async (lab) => {
    await reconnect(lab);
    await waitUntilNodesTalk(lab);
  },
};
