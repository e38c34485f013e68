// The drills about the CNI's own components and files, in the order in which they run.

import type { Fault } from '../../fault.ts';

export const cniFaults: readonly Fault[] = [];
