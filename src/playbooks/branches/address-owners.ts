// Is a pod's address used by somebody else too? Asked of the link (who answers ARP for it) and of the API server (which
// pods have it). Only a second owner is a finding; that nobody answers is for others to explain.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { Pod } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { readInterfaces } from '../../probes/interfaces.ts';
import { readOwners } from '../../probes/neighbours.ts';
import type { CniNetwork } from '../cni/network.ts';
import { findPeerPods, hasPodNetwork } from './peer-pods.ts';
import { podCodes } from './pod-codes.ts';
import { vantageOfPod } from './pod-network.ts';

// So many pods of the node are asked whether the second MAC is theirs.
const MAX_ASKED = 10;

export interface Ownership {
  finding: Finding | undefined;
  unseen: Unavailable[];
}

export async function checkOwnership(ask: Ask, cni: CniNetwork, pod: Pod): Promise<Ownership> {
  const { podIP } = pod.status;
  const node = { kind: 'node', node: pod.spec.nodeName } as const;
  // Where the CNI routes, the node's end of each cable answers for everybody; ARP is IPv4's.
  const onLink = cni.bridge !== undefined && !podIP.includes(':');
  const [macs, pods] = await Promise.all([
    onLink ? ask(readOwners(node, cni.bridge ?? '', podIP)) : undefined,
    ask(listObjects('pods', Pod, { fieldSelector: `status.podIP=${podIP}` })),
  ]);
  const unseen = [pods].filter((evidence) => evidence.status === 'unavailable');
  const alive = pods.status === 'observed' ? pods.value.filter(hasPodNetwork) : [];
  if (alive.length > 1) return { finding: duplicate(pod, alive.map(nameOf).sort(), [pods]), unseen };
  if (macs?.status !== 'observed' || macs.value.length < 2) return { finding: undefined, unseen };
  const owners = await nameOwners(ask, pod, macs.value);
  return { finding: duplicate(pod, owners, [macs, pods]), unseen };
}

/** A MAC becomes the name of the pod that has it, where one of its neighbours has. */
async function nameOwners(ask: Ask, pod: Pod, macs: string[]): Promise<string[]> {
  const { pods } = await findPeerPods(ask, pod.spec.nodeName);
  const asked = [pod, ...pods.filter(({ metadata }) => metadata.uid !== pod.metadata.uid)].slice(
    0,
    MAX_ASKED,
  );
  const known = await Promise.all(
    asked.map(async (each) => ({ each, links: await ask(readInterfaces(vantageOfPod(each))) })),
  );
  return macs.map((mac) => {
    const owner = known.find(
      ({ links }) => links.status === 'observed' && links.value.some((link) => link.mac === mac),
    );
    return owner ? nameOf(owner.each) : mac;
  });
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

function duplicate(pod: Pod, owners: string[], evidence: Evidence<unknown>[]): Finding {
  const { namespace, name } = pod.metadata;
  return {
    code: 'pod.duplicate-ip',
    ...podCodes['pod.duplicate-ip'],
    params: { pod: nameOf(pod), address: pod.status.podIP, owners },
    subject: { kind: 'pod', namespace, name },
    node: pod.spec.nodeName,
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: ['pod.neighbour-stale', 'pod.not-ready'],
    remediations: [],
  };
}
