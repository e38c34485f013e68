// The drills about two faults at once, in the order in which they run.

import type { Fault } from '../../fault.ts';
import {
  bridgeOfEndpoint,
  cableOfEndpoint,
  cutOffAndDns,
  kubeletOfEndpoint,
  tunnelOfDns,
} from './explained.ts';
import {
  bridgeAndTunnel,
  corednsAndRoute,
  dnsAndTunnel,
  podAndService,
  proxyAndEndpoint,
  proxyAndTargetPort,
  routeAndNeighbour,
  upstreamAndForwarding,
} from './independent.ts';

export const pairedFaults: readonly Fault[] = [
  proxyAndEndpoint,
  proxyAndTargetPort,
  podAndService,
  routeAndNeighbour,
  bridgeAndTunnel,
  dnsAndTunnel,
  upstreamAndForwarding,
  corednsAndRoute,
  bridgeOfEndpoint,
  cableOfEndpoint,
  kubeletOfEndpoint,
  tunnelOfDns,
  cutOffAndDns,
];
