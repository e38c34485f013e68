// A pod with another MTU than new ones get, as after a change that nobody restarted the pods for: larger, and smaller. Seen:
// what it sends is refused, or what it is sent is lost at its cable.

import type { Fault, Lab } from '../../fault.ts';
import { cableOf, victimCause, victimDrill } from '../pod/victim.ts';
import { forgetMtus, OVERLAY_MTU } from './large-packets.ts';

const attachedWith = (mtu: number) => async (lab: Lab, victim: Parameters<typeof cableOf>[1]) => {
  await lab.netns(victim.pod, ['ip', 'link', 'set', 'eth0', 'mtu', String(mtu)]);
  await lab.exec(victim.node, ['ip', 'link', 'set', await cableOf(lab, victim), 'mtu', String(mtu)]);
};

const staleDrill = (name: string, mtu: number): Fault =>
  victimDrill({
    name,
    spoil: attachedWith(mtu),
    isBroken: async () => true,
    words: async () => ['mtu'],
    expect: victimCause('mtu.pod-mismatch', { pods: [{ pod: 'shop/victim', mtu }], expected: OVERLAY_MTU }),
    mend: forgetMtus,
  });

export const podTooLarge: Fault = staleDrill('pod-stale', 1500);
export const podTooSmall: Fault = staleDrill('pod-stale-smaller', 1300);
