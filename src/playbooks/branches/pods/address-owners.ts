// Is a pod's address, or that of its gateway, used by somebody else too? Asked of the link (who answers ARP for it) and of the
// API server (which pods have it). Only a second owner is a finding; that nobody answers is for others to explain.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { Node, Pod } from '../../../probes/api-objects.ts';
import { listObjects } from '../../../probes/api-reads.ts';
import { readOwners } from '../../../probes/neighbours.ts';
import { readInterfaces } from '../../../probes/network-interfaces.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { findPeerPods, hasPodNetwork } from '../peer-pods.ts';
import { podCodes } from './pod-codes.ts';
import { vantageOfPod } from './pod-network.ts';

// So many pods of the node are asked whether the second MAC is theirs.
const MAX_ASKED = 10;
// The kubelet has every CNI name it so (k8s.io/cri-api, containerd's DefaultIfName).
const POD_DEVICE = 'eth0';

export interface Ownership {
  finding: Finding | undefined;
  unseen: Unavailable[];
}

/** Where the CNI routes, the node's end of each cable answers for everybody; and ARP is IPv4's. */
const asksOnLink = (cni: CniNetwork, pod: Pod): boolean =>
  cni.attachment === 'bridge' &&
  cni.bridge !== undefined &&
  !pod.spec.hostNetwork &&
  !pod.status.podIP.includes(':');

export async function checkOwnership(ask: Ask, cni: CniNetwork, pod: Pod): Promise<Ownership> {
  const address = pod.status.podIP;
  const node = { kind: 'node', node: pod.spec.nodeName } as const;
  const [macs, pods] = await Promise.all([
    asksOnLink(cni, pod) ? ask(readOwners(node, cni.bridge ?? '', address)) : undefined,
    ask(listObjects('pods', Pod, { fieldSelector: `status.podIP=${address}` })),
  ]);
  const unseen = [pods].filter((evidence) => evidence.status === 'unavailable');
  const alive = pods.status === 'observed' ? pods.value.filter(hasPodNetwork) : [];
  if (alive.length > 1) {
    const owners = alive.map(nameOf).sort();
    return { finding: duplicate(pod, { address, of: 'pod', owners }, [pods]), unseen };
  }
  if (macs?.status !== 'observed' || macs.value.length < 2) return { finding: undefined, unseen };
  const holders = await findHolders(ask, pod, macs.value);
  const owners = holders.map(({ mac, pod: holder }) => (holder ? nameOf(holder) : mac));
  return { finding: duplicate(pod, { address, of: 'pod', owners }, [macs, pods]), unseen };
}

/** Whoever else answers for the bridge takes what the pods of that node send beyond it. The thief is the subject. */
export async function checkGatewayOwnership(
  ask: Ask,
  cni: CniNetwork,
  pod: Pod,
): Promise<Finding | undefined> {
  const nodes = await ask(listObjects('nodes', Node));
  const home =
    nodes.status === 'observed' && nodes.value.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  const address = home ? cni.podNetworkAddresses(home).at(-1) : undefined;
  if (address === undefined || !asksOnLink(cni, pod)) return undefined;
  const macs = await ask(readOwners(vantageOfPod(pod), POD_DEVICE, address));
  if (macs.status !== 'observed' || macs.value.length < 2) return undefined;
  const holders = await findHolders(ask, pod, macs.value);
  const thief = holders.find((each) => each.pod)?.pod;
  const links = await ask(readInterfaces({ kind: 'node', node: pod.spec.nodeName }));
  const bridge = links.status === 'observed' && links.value.find(({ name }) => name === cni.bridge);
  const owners = holders.map(({ mac, pod: holder }) => {
    if (holder) return nameOf(holder);
    return bridge && bridge.mac === mac ? pod.spec.nodeName : mac;
  });
  return duplicate(thief ?? pod, { address, of: 'gateway', owners }, [macs]);
}

/** Whose MAC it is, where one of the pods of the node has it. */
async function findHolders(ask: Ask, pod: Pod, macs: string[]): Promise<{ mac: string; pod?: Pod }[]> {
  const { pods } = await findPeerPods(ask, pod.spec.nodeName);
  const others = pods.filter(({ metadata }) => metadata.uid !== pod.metadata.uid);
  const known = await Promise.all(
    [pod, ...others].slice(0, MAX_ASKED).map(async (each) => ({
      each,
      links: await ask(readInterfaces(vantageOfPod(each))),
    })),
  );
  return macs.map((mac) => {
    const holder = known.find(
      ({ links }) => links.status === 'observed' && links.value.some((link) => link.mac === mac),
    );
    return { mac, ...(holder && { pod: holder.each }) };
  });
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

function duplicate(
  pod: Pod,
  shared: { address: string; of: 'pod' | 'gateway'; owners: string[] },
  evidence: Evidence<unknown>[],
): Finding {
  const { namespace, name } = pod.metadata;
  return {
    code: 'pod.duplicate-ip',
    ...podCodes['pod.duplicate-ip'],
    params: { pod: nameOf(pod), ...shared },
    subject: { kind: 'pod', namespace, name },
    node: pod.spec.nodeName,
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: ['pod.neighbour-stale', 'pod.not-ready'],
    remediations: [],
  };
}
