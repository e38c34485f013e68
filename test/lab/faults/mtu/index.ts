// The drills about MTUs, in the order in which they run; those that hold without a tunnel as well.

import type { Fault } from '../../fault.ts';
import { fragmentation } from './fragmentation.ts';
import { healthyMtus, healthyPair } from './healthy.ts';
import { routeWithMtu, tunnelDiffers, underlayDiffers } from './node-mismatch.ts';
import { overlayTooLarge } from './overlay-too-large.ts';
import { pathBlackHole, pathBlackHoleOfPair } from './path-black-hole.ts';
import { pingsFiltered } from './pings-filtered.ts';
import { podTooLarge, podTooSmall } from './pod-stale.ts';

export const mtuFaults: readonly Fault[] = [
  healthyMtus,
  healthyPair,
  pathBlackHole,
  pathBlackHoleOfPair,
  underlayDiffers,
  tunnelDiffers,
  routeWithMtu,
  podTooLarge,
  podTooSmall,
  fragmentation,
  pingsFiltered,
  overlayTooLarge,
];
