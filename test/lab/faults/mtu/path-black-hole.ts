// The switch drops what is larger than 1400 bytes on the way to and from one node, and tells nobody. Seen: small things
// work, large answers hang, to and from that node alone.

import type { Fault } from '../../fault.ts';
import { causeOn, onSwitch, peer, reconnect } from '../../node-network.ts';
import { switchPort } from '../../topology.ts';
import { expectMtuCauses, UNDERLAY_MTU, waitUntilLargePass, waitUntilLargeStop } from './large-packets.ts';

const TAKES = 1400;

export const pathBlackHole: Fault = {
  name: 'path-black-hole',
  inject: async (lab) => {
    for (const side of ['iifname', 'oifname'])
      await onSwitch(lab, side, switchPort(peer), 'meta', 'length', '>', String(TAKES), 'drop');
    await waitUntilLargeStop(lab, 'n1', peer, UNDERLAY_MTU - 50);
    return expectMtuCauses(
      causeOn(peer, 'mtu.path-black-hole', { between: 'nodes', largest: TAKES, believed: UNDERLAY_MTU }),
    );
  },
  recover: async (lab) => {
    await reconnect(lab);
    await waitUntilLargePass(lab);
  },
};

/** Only between two nodes, each of which gets on with the third. */
export const pathBlackHoleOfPair: Fault = {
  name: 'path-black-hole-of-a-pair',
  inject: async (lab) => {
    const rule = ['meta', 'length', '>', '1412', 'drop'];
    await onSwitch(lab, 'iifname', switchPort('n1'), 'oifname', switchPort('n3'), ...rule);
    await waitUntilLargeStop(lab, 'n1', 'n3');
    return expectMtuCauses({
      code: 'mtu.path-black-hole',
      subject: { kind: 'node-pair', name: 'n1 <-> n3' },
      params: { between: 'nodes', largest: 1412, believed: UNDERLAY_MTU },
    });
  },
  recover: pathBlackHole.recover,
};
