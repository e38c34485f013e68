// The drills about clusters that are healthy in unusual ways, in the order in which they run. Asked for everything at once.

import type { Fault } from '../../fault.ts';
import { applicationsInTrouble, cordoned, nothingBroken, pingsDropped } from './clusters.ts';

export const healthyLabs: readonly Fault[] = [nothingBroken, applicationsInTrouble, cordoned, pingsDropped];
