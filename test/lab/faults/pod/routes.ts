// Faults of the pod's routes. Seen: flannel gives each pod a route to all pods beside its default one, so without the
// default pods are still reached, and nodes, Services and the API server are not.

import { clientOn } from '../../cluster-dns.ts';
import type { Fault, Lab } from '../../fault.ts';
import {
  clientToVictim,
  gatewayOf,
  inVictim,
  VICTIM,
  type Victim,
  victimCause,
  victimDrill,
} from './victim.ts';

const reachesNode = async (lab: Lab): Promise<boolean> => {
  const { code } = await lab.netns(VICTIM, ['ping', '-c', '1', '-W', '1', '172.31.0.10']);
  return code === 0;
};
const nodesAreOutOfReach = async (lab: Lab): Promise<boolean> => !(await reachesNode(lab));

export const defaultRouteRemoved: Fault = victimDrill({
  name: 'default-route-removed',
  spoil: inVictim('ip', 'route', 'del', 'default'),
  isBroken: nodesAreOutOfReach,
  expect: victimCause('pod.route-missing', { destination: 'default' }),
});

export const routeToWrongDevice: Fault = victimDrill({
  name: 'route-to-wrong-device',
  spoil: inVictim('ip', 'route', 'replace', 'default', 'dev', 'lo'),
  isBroken: nodesAreOutOfReach,
  expect: victimCause('pod.route-wrong', { cause: 'device', actual: 'lo', expected: 'eth0' }),
});

export const routeToWrongGateway: Fault = victimDrill({
  name: 'route-to-wrong-gateway',
  spoil: async (lab, victim: Victim) => {
    const nobody = gatewayOf(victim).replace(/\.1$/, '.250');
    await lab.netns(VICTIM, ['ip', 'route', 'replace', 'default', 'via', nobody]);
  },
  isBroken: nodesAreOutOfReach,
  expect: victimCause('pod.route-wrong', { cause: 'gateway' }),
});

/** The way back is broken: who asks the pod gets no answer, though each packet arrives. */
export const noWayBack: Fault = victimDrill({
  name: 'blackhole-back-to-sender',
  spoil: async (lab) => {
    const client = await lab.netns(await clientOn(lab, 'n2'), ['hostname', '-I']);
    await lab.netns(VICTIM, ['ip', 'route', 'add', 'blackhole', client.stdout.trim().split(' ')[0] ?? '']);
  },
  words: clientToVictim('n2'),
  expect: victimCause('pod.route-wrong', { cause: 'rejected' }),
});
