// The way to a replica is dead over both protocols: that is no fault of DNS, and the examination of traffic to a pod knows
// such ways hop by hop. Decides only which way to have examined.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { examineFlowToPod } from '../branches/flow-to-pod.ts';
import { describeCni } from '../cni/profiles.ts';
import type { DnsInventory } from './inventory.ts';
import type { LegResult } from './legs.ts';

/** Causes on the first way that failed; empty when nothing on it explains the failure. */
export async function causesOfDeadWay(
  ask: Ask,
  facts: Facts,
  { pods }: DnsInventory,
  legs: LegResult[],
): Promise<Finding[]> {
  const dead = legs.find(({ state, server }) => state === 'failed' && server.kind === 'replica');
  const to = pods.find(({ metadata }) => metadata.name === dead?.server.label);
  if (!dead || !to) return [];
  const cni = await describeCni(ask, facts);
  const from = dead.place.vantage;
  const { findings } = await examineFlowToPod(ask, facts, cni, {
    from,
    to,
    port: dead.server.port,
    protocol: 'tcp',
  });
  return findings.filter(({ advisory }) => !advisory);
}
