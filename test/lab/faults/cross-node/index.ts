// The drills about the way between nodes, in the order in which they run.

import type { Fault } from '../../fault.ts';

export const crossNodeFaults: readonly Fault[] = [];
