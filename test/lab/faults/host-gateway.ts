// The drills on a lab without a tunnel, area by area: those of the routes between nodes, and enough of the others to show
// that a verdict does not depend on the tunnel.

import type { Fault } from '../fault.ts';
import { hostGatewayFaults } from './cross-node/index.ts';
import { healthyLabs } from './healthy/index.ts';

export const hostGatewayDrills: Readonly<Record<string, readonly Fault[]>> = {
  healthy: healthyLabs,
  'cross-node': hostGatewayFaults,
};
