// The drills about MTUs, in the order in which they run.

import type { Fault } from '../../fault.ts';

export const mtuFaults: readonly Fault[] = [];
