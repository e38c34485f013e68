// Traffic from a pod or node to a pod: the connection itself, then hop by hop from the sender's interface to the
// receiver's socket, and the way back.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Protocol } from '../../diagnosis/target.ts';
import type { Pod } from '../../probes/api-objects.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { Examined } from './examined.ts';

export interface FlowToPod {
  from: NetworkVantage;
  to: Pod;
  /** Absent: whether the pod's address is reached at all. */
  port?: number;
  protocol: Protocol;
}

export async function examineFlowToPod(
  _ask: Ask,
  _facts: Facts,
  _cni: CniNetwork,
  _flow: FlowToPod,
): Promise<Examined> {
  return { traffic: 'unknown', legs: [], findings: [], unchecked: [] };
}
