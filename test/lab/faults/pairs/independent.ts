// Two faults that have nothing to do with each other: both are named, whatever each of them hides of the other.

import type { Fault } from '../../fault.ts';
import {
  causeOn,
  expectCauses,
  must,
  tunnelPort,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';
import { bridgeDown } from '../cross-node/bridge-down.ts';
import { fdbMissing } from '../cross-node/fdb-missing.ts';
import { ipForwardOff } from '../cross-node/ip-forward-off.ts';
import { neighbourWrong } from '../cross-node/neighbour-wrong.ts';
import { peerRouteDeleted } from '../cross-node/peer-route-deleted.ts';
import { corednsScaledToZero } from '../dns/coredns-scaled-to-zero.ts';
import { udp53DroppedOnNode } from '../dns/udp-53-dropped-on-node.ts';
import { upstreamDead } from '../dns/upstream-dead.ts';
import { defaultRouteRemoved } from '../pod/routes.ts';
import { VICTIM } from '../pod/victim.ts';
import { hangAndFlush, proxyDown, resumeProxy } from '../service/kube-proxy.ts';
import { targetPortWrong } from '../service/objects.ts';
import { bothPods, idle, shelfCause, shelfDrill } from '../service/shelf.ts';
import { causesOf, together } from './together.ts';

const everything = () => ['cluster'];
const SILENT = 'n3';

const tunnelPortDroppedElsewhere: Fault = {
  name: 'tunnel-port-dropped-elsewhere',
  inject: async (lab) => {
    await must(
      lab,
      SILENT,
      'iptables',
      '-I',
      'INPUT',
      '-p',
      'udp',
      '--dport',
      String(tunnelPort),
      '-j',
      'DROP',
    );
    await waitUntilCut(lab, 'n2', SILENT);
    return expectCauses(causeOn(SILENT, 'node.firewall-drop'));
  },
  recover: async (lab) => {
    await lab.exec(SILENT, [
      'iptables',
      '-D',
      'INPUT',
      '-p',
      'udp',
      '--dport',
      String(tunnelPort),
      '-j',
      'DROP',
    ]);
    await waitUntilNodesTalk(lab);
  },
};

export const dnsAndTunnel = together({
  name: 'udp-53-dropped-and-fdb-missing',
  first: udp53DroppedOnNode,
  second: fdbMissing,
  words: everything,
});

export const bridgeAndTunnel = together({
  name: 'bridge-down-and-tunnel-port-dropped-elsewhere',
  first: bridgeDown,
  second: tunnelPortDroppedElsewhere,
  words: () => ['cross-node'],
});

/** Both on one way: whoever mends the first finds it as broken as before. */
export const routeAndNeighbour = together({
  name: 'route-deleted-and-neighbour-wrong',
  first: peerRouteDeleted,
  second: neighbourWrong,
  words: () => ['cross-node'],
});

export const podAndService = together({
  name: 'default-route-removed-and-target-port-wrong',
  first: defaultRouteRemoved,
  second: targetPortWrong,
  words: () => ['pod', VICTIM, '->', 'shelf.shop:80'],
});

export const upstreamAndForwarding = together({
  name: 'upstream-dead-and-ip-forward-off',
  first: upstreamDead,
  second: ipForwardOff,
  words: everything,
});

export const corednsAndRoute = together({
  name: 'coredns-scaled-to-zero-and-route-deleted',
  first: corednsScaledToZero,
  second: peerRouteDeleted,
  words: everything,
});

const deadEndpoint = shelfCause('service.dead-endpoint', { alive: 1 });

export const proxyAndEndpoint = shelfDrill({
  name: 'rules-flushed-and-one-dead-endpoint',
  pods: bothPods.map((pod, at) => (at === 0 ? pod : { ...pod, command: idle })),
  spoil: hangAndFlush,
  expect: {
    outcome: 'root-cause',
    causes: [deadEndpoint, proxyDown('silent')].flatMap((expect) => causesOf({ words: [], expect })),
  },
  mend: resumeProxy,
});

/** On the sender's node and at what it sends to. */
export const proxyAndTargetPort = shelfDrill({
  name: 'rules-flushed-and-target-port-wrong',
  service: { ports: [{ port: 80, targetPort: 8081 }] },
  spoil: hangAndFlush,
  expect: {
    outcome: 'root-cause',
    causes: [shelfCause('service.target-port-mismatch', { targetPort: '8081' }), proxyDown('silent')].flatMap(
      (expect) => causesOf({ words: [], expect }),
    ),
  },
  mend: resumeProxy,
});
