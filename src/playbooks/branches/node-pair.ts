// Does a node hold what it needs to reach pods on a peer: route, neighbour, forwarding entry, the same tunnel? One
// direction; ask for both. Pure.

import type { CniNetwork } from '../cni/network.ts';
import type { NodeNetwork } from './node-network.ts';
import type { Suspect } from './suspect.ts';

export function checkNodePair(_from: NodeNetwork, _to: NodeNetwork, _cni: CniNetwork): Suspect[] {
  return [];
}
