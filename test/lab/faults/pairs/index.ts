// The drills about two faults at once, in the order in which they run.

import type { Fault } from '../../fault.ts';

export const pairedFaults: readonly Fault[] = [];
