// The drills about Services, in the order in which they run.

import type { Fault } from '../../fault.ts';

export const serviceFaults: readonly Fault[] = [];
