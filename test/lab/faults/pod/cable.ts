// Faults of the cable between pod and bridge, on the node's side. Seen: silence, later "Destination Host Unreachable" from the
// bridge; the pod stays Running, and Ready where no probe asks it.

import type { Fault } from '../../fault.ts';
import { cableOf, victimCause, victimDrill } from './victim.ts';

export const hostVethDown: Fault = victimDrill({
  name: 'host-veth-down',
  spoil: async (lab, victim) =>
    lab.exec(victim.node, ['ip', 'link', 'set', await cableOf(lab, victim), 'down']),
  expect: victimCause('pod.host-veth-down', { cause: 'down' }),
});

export const hostVethDetached: Fault = victimDrill({
  name: 'host-veth-out-of-bridge',
  spoil: async (lab, victim) =>
    lab.exec(victim.node, ['ip', 'link', 'set', await cableOf(lab, victim), 'nomaster']),
  expect: victimCause('pod.host-veth-detached', { cause: 'no-bridge', bridge: 'cni0' }),
});

export const bridgePortClosed: Fault = victimDrill({
  name: 'bridge-port-disabled',
  spoil: async (lab, victim) =>
    lab.exec(victim.node, ['bridge', 'link', 'set', 'dev', await cableOf(lab, victim), 'state', '0']),
  expect: victimCause('pod.host-veth-detached', { cause: 'port-closed' }),
});
