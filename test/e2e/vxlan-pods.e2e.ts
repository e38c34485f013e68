// The drills on pods, Services and DNS, and whatever else is not about nodes, on a cluster with flannel's vxlan.

import { describe } from 'vitest';
import { drillAreas } from '../lab/faults/index.ts';
import { areasOf, NODE_AREAS, testDrills } from './drills.ts';

describe('on vxlan', () => {
  testDrills({
    name: 'e2e-pods',
    cni: 'flannel-vxlan',
    areas: areasOf(drillAreas, { without: NODE_AREAS }),
  });
});
