// Whose traffic is in question: a pod in its own network, a pod that shares its node's, or a node. And what it has none of:
// an object, a node, an address.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { PodRef } from '../../diagnosis/target.ts';
import { Pod } from '../../probes/api-objects.ts';
import { getObject } from '../../probes/api-reads.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { vantageOfPod } from '../branches/pods/pod-network.ts';

export type Source =
  | { kind: 'ready'; vantage: NetworkVantage; pod?: Pod }
  /** Nothing can be sent from it: it has no network (yet, or any more). */
  | { kind: 'without-network'; pod: Pod }
  | { kind: 'gone'; pod: PodRef }
  | { kind: 'unseen'; evidence: Unavailable };

export type ReadySource = Extract<Source, { kind: 'ready' }>;

export async function findSource(
  ask: Ask,
  from: { kind: 'pod'; pod: PodRef } | { kind: 'node'; node: string },
): Promise<Source> {
  if (from.kind === 'node') return { kind: 'ready', vantage: { kind: 'node', node: from.node } };
  const found = await ask(getObject('pods', Pod, from.pod.name, from.pod.namespace));
  if (found.status === 'unavailable') return { kind: 'unseen', evidence: found };
  if (!found.value.found) return { kind: 'gone', pod: from.pod };
  const pod = found.value.object;
  if (!hasNetwork(pod)) return { kind: 'without-network', pod };
  const vantage = pod.spec.hostNetwork
    ? ({ kind: 'node', node: pod.spec.nodeName } as const)
    : vantageOfPod(pod);
  return { kind: 'ready', vantage, pod };
}

/** A pod that has ended keeps its address in its status, and has no network any more. */
export const hasNetwork = ({ spec, status }: Pod): boolean =>
  spec.nodeName !== '' && status.podIP !== '' && status.phase !== 'Succeeded' && status.phase !== 'Failed';
