// How long it takes from nodes into the pod network of others, and what is lost on the way, on the same sample of ways as
// the cross-node playbook. It tells that a way is slow or lossy; why, the playbook finds out.

import type { Facts, NodeFacts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { MeshSample } from '../ops/cluster-metrics.ts';
import { sampleNodes, waysBetween } from '../playbooks/branches/nodes/mesh.ts';
import { findPeerPods } from '../playbooks/branches/peer-pods.ts';
import type { CniNetwork } from '../playbooks/cni/network.ts';
import { Node } from '../probes/api-objects.ts';
import { listObjects } from '../probes/api-reads.ts';
import { timeRoundTrips } from '../probes/round-trips.ts';
import { type FailureReason, type Reading, unread } from './reading.ts';

interface Inside {
  address: string;
  /** A pod's: policies may keep requests from it, so that silence is no loss. */
  mayBeFiltered: boolean;
}

export async function measureMesh(ask: Ask, facts: Facts, cni: CniNetwork): Promise<Reading> {
  const sample = sampleNodes(facts, { kind: 'cluster' });
  const found = await Promise.all(
    sample.map(async (node) => [node.name, await findInside(ask, cni, node)] as const),
  );
  const inside = new Map(found);
  const canAsk = new Set(sample.filter(({ agent }) => agent.status === 'ready').map(({ name }) => name));
  const measured = await Promise.all(
    waysBetween(sample).map(async ({ from, to }): Promise<MeshSample | FailureReason> => {
      const target = inside.get(to);
      if (!canAsk.has(from)) return 'no-vantage';
      if (!target) return 'no-target';
      const trips = await ask(timeRoundTrips({ kind: 'node', node: from }, target.address, to));
      if (trips.status === 'unavailable') return trips.reason;
      if (target.mayBeFiltered && trips.value.answeredMs.length === 0) return 'no-reply';
      return { from, to, ...trips.value };
    }),
  );
  const ways = measured.filter((each) => typeof each !== 'string');
  const failures = measured.filter((each) => typeof each === 'string');
  if (ways.length === 0 && failures.length > 0) return unread('mesh', ...failures);
  return { what: 'mesh', samples: { what: 'mesh', ways }, failures };
}

/** The node's own address in the pod network, else a pod's. Undefined: it has none, or nobody knows of it. */
async function findInside(ask: Ask, cni: CniNetwork, { name }: NodeFacts): Promise<Inside | undefined> {
  const [listed, { pods }] = await Promise.all([ask(listObjects('nodes', Node)), findPeerPods(ask, name)]);
  const [pod] = pods;
  const object =
    listed.status === 'observed' ? listed.value.find(({ metadata }) => metadata.name === name) : undefined;
  const [own] = object ? cni.podNetworkAddresses(object) : [];
  // Without a tunnel that address is the bridge's, which comes with the first pod.
  const hasOwn = own !== undefined && (cni.encapsulation.kind !== 'none' || pod !== undefined);
  if (hasOwn) return { address: own, mayBeFiltered: false };
  return pod && { address: pod.status.podIP, mayBeFiltered: cni.enforcesPolicies };
}
