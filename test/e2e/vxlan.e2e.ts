// Every drill of the catalogue, on a cluster with flannel's vxlan.

import { describe } from 'vitest';
import { drillAreas } from '../lab/faults/index.ts';
import { testDrills } from './drills.ts';

describe('on vxlan', () => {
  testDrills({ name: 'e2e-vxlan', cni: 'flannel-vxlan', areas: drillAreas });
});
