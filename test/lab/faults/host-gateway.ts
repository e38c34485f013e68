// The drills on a lab without a tunnel, area by area: those of the routes between nodes in place of those of the tunnel, and
// the others as they are, because a verdict on a pod, a Service or DNS must not depend on the tunnel.

import type { Fault } from '../fault.ts';
import { cniFaults } from './cni/index.ts';
import { hostGatewayFaults } from './cross-node/index.ts';
import { dnsFaults } from './dns/index.ts';
import { healthyLabs } from './healthy/index.ts';
import { podFaults } from './pod/index.ts';
import { serviceFaults } from './service/index.ts';

export const hostGatewayDrills: Readonly<Record<string, readonly Fault[]>> = {
  dns: dnsFaults,
  healthy: healthyLabs,
  pod: podFaults,
  service: serviceFaults,
  'cross-node': hostGatewayFaults,
  cni: cniFaults,
};
