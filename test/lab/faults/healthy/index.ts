// The drills about clusters that are healthy in unusual ways, in the order in which they run.

import type { Fault } from '../../fault.ts';

export const healthyLabs: readonly Fault[] = [];
