// The drills on a lab without a tunnel, area by area: those of the routes between nodes in place of those of the tunnel, and
// those on pods, Services and DNS as they are, because such a verdict must not depend on the tunnel. The CNI's components are
// the same as with one.

import type { Fault } from '../fault.ts';
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
};
