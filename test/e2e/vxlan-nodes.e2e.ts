// The drills on the ways between nodes, on packet sizes and on the CNI's own components, on a cluster with flannel's vxlan.

import { describe } from 'vitest';
import { drillAreas } from '../lab/faults/index.ts';
import { areasOf, NODE_AREAS, testDrills } from './drills.ts';

describe('on vxlan', () => {
  testDrills({
    name: 'e2e-nodes',
    cni: 'flannel-vxlan',
    areas: areasOf(drillAreas, { only: NODE_AREAS }),
  });
});
