// The drills on the ways between nodes, on a cluster where flannel writes plain routes. Those on pods, Services and DNS are the
// same there, and held by the benchmark.

import { describe } from 'vitest';
import { hostGatewayDrills } from '../lab/faults/host-gateway.ts';
import { testDrills } from './drills.ts';

const { healthy = [], 'cross-node': crossNode = [] } = hostGatewayDrills;

describe('on host-gw', () => {
  testDrills({ name: 'e2e-routes', cni: 'flannel-host-gw', areas: { healthy, 'cross-node': crossNode } });
});
