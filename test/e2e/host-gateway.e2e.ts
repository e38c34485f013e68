// The drills that hold without a tunnel, on a cluster where flannel writes plain routes between nodes.

import { describe } from 'vitest';
import { hostGatewayDrills } from '../lab/faults/host-gateway.ts';
import { testDrills } from './drills.ts';

describe('on host-gw', () => {
  testDrills({ name: 'e2e-routes', cni: 'flannel-host-gw', areas: hostGatewayDrills });
});
