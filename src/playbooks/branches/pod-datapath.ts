// Is a pod wired up as its CNI would have it? From the interface inside to the node's end of the cable. Pure.

import type { CniNetwork } from '../cni/network.ts';
import type { NodeNetwork } from './node-network.ts';
import type { PodNetwork } from './pod-network.ts';
import type { Suspect } from './suspect.ts';

export function checkPodDatapath(_pod: PodNetwork, _node: NodeNetwork, _cni: CniNetwork): Suspect[] {
  return [];
}
