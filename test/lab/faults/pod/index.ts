// The drills about a pod's own network, in the order in which they run.

import type { Fault } from '../../fault.ts';

export const podFaults: readonly Fault[] = [];
