// Does a node carry its own pods' traffic: bridge, tunnel device, own routes, forwarding? Pure.

import type { CniNetwork } from '../cni/network.ts';
import type { NodeNetwork } from './node-network.ts';
import type { Suspect } from './suspect.ts';

export function checkNodeDatapath(_node: NodeNetwork, _cni: CniNetwork): Suspect[] {
  return [];
}
