// The drills on DNS, pods and Services, on a cluster with flannel's vxlan.

import { describe } from 'vitest';
import { drillAreas } from '../lab/faults/index.ts';
import { testDrills } from './drills.ts';
import { isOfWorkloads } from './halves.ts';

const areas = Object.fromEntries(Object.entries(drillAreas).filter(([area]) => isOfWorkloads(area)));

describe('on vxlan', () => {
  testDrills({ name: 'e2e-workloads', cni: 'flannel-vxlan', areas });
});
