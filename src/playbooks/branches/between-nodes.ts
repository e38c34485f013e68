// The way between two nodes: underlay, tunnel, routes and entries on both ends, and the rules that may drop on it.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { Examined } from './examined.ts';

/** Pod-network traffic from one node to another and back. */
export async function examineNodePair(
  _ask: Ask,
  _facts: Facts,
  _cni: CniNetwork,
  _from: string,
  _to: string,
): Promise<Examined> {
  return { traffic: 'unknown', legs: [], findings: [], unchecked: [] };
}
