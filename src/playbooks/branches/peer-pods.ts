// Pods of ours or others' that stand for their node in a live test: running, with an address of the pod network, and
// willing to take a TCP connection where there is such a one. Nothing is ever sent to them beyond opening it.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { Pod } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';

// More than a handful of candidates on one node adds nothing.
const CANDIDATES = 50;

export interface PeerPods {
  /** The best first. */
  pods: Pod[];
  unseen: Unavailable[];
}

export async function findPeerPods(ask: Ask, node: string): Promise<PeerPods> {
  const pods = await ask(
    listObjects('pods', Pod, {
      fieldSelector: `spec.nodeName=${node},status.phase=Running`,
      limit: CANDIDATES,
    }),
  );
  if (pods.status === 'unavailable') return { pods: [], unseen: [pods] };
  return { pods: pods.value.filter(hasPodNetwork).sort(byUsefulness), unseen: [] };
}

export const hasPodNetwork = (pod: Pod): boolean =>
  !pod.spec.hostNetwork &&
  pod.status.podIP !== '' &&
  pod.metadata.deletionTimestamp === undefined &&
  pod.status.containerStatuses.some(({ state }) => state.running !== undefined);

/** The first TCP port that the pod declares; undefined: it declares none. */
export const declaredTcpPort = (pod: Pod): number | undefined =>
  pod.spec.containers.flatMap(({ ports }) => ports).find(({ protocol }) => protocol === 'TCP')?.containerPort;

/** Ready pods that declare a TCP port first; then by name, so that runs are alike. */
function byUsefulness(a: Pod, b: Pod): number {
  const weight = (pod: Pod): number => (isReady(pod) ? 0 : 2) + (declaredTcpPort(pod) === undefined ? 1 : 0);
  return weight(a) - weight(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

export const isReady = ({ status }: Pod): boolean =>
  status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
