// Traffic to a Service: its object, its endpoints one by one, and the rules of the sender's node that lead to them.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Protocol } from '../../diagnosis/target.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { Examined } from './examined.ts';

export interface FlowToService {
  from: NetworkVantage;
  namespace: string;
  name: string;
  /** The Service's port; absent: its first one of that protocol. */
  port?: number;
  protocol: Protocol;
}

export async function examineFlowToService(
  _ask: Ask,
  _facts: Facts,
  _cni: CniNetwork,
  _flow: FlowToService,
): Promise<Examined> {
  return { traffic: 'unknown', legs: [], findings: [], unchecked: [] };
}
