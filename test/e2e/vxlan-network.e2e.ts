// The drills on nodes, on the ways between them and on the CNI itself, on a cluster with flannel's vxlan.

import { describe } from 'vitest';
import { drillAreas } from '../lab/faults/index.ts';
import { testDrills } from './drills.ts';
import { isOfWorkloads } from './halves.ts';

const areas = Object.fromEntries(Object.entries(drillAreas).filter(([area]) => !isOfWorkloads(area)));

describe('on vxlan', () => {
  testDrills({ name: 'e2e-network', cni: 'flannel-vxlan', areas });
});
