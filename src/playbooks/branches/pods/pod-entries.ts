// Entries that say behind which MAC address a pod or its gateway is: in the pod, in a peer, on the node, in the bridge. One
// that names another MAC sends the pod's packets to nobody, or to somebody else. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { FindingParams } from '../../../diagnosis/finding.ts';
import type { Neighbour } from '../../../probes/neighbours.ts';
import type { NetworkInterface } from '../../../probes/network-interfaces.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { observedOr } from '../nodes/node-finding.ts';
import type { NodeNetwork } from '../nodes/node-network.ts';
import type { Suspect } from '../suspect.ts';
import { podCodes } from './pod-codes.ts';
import type { PodNetwork } from './pod-network.ts';
import { bridgeOf, defaultRoutesOf, linkOf, nameOf, nodeEndOf, wiringFinding } from './pod-wiring.ts';

/** In the pod, for its gateway: the bridge, or the node's end of the cable where the CNI routes. */
export function checkGatewayEntry(
  pod: PodNetwork,
  link: NetworkInterface,
  node: NodeNetwork,
  cni: CniNetwork,
): Suspect[] {
  const [route] = defaultRoutesOf(pod);
  const bridge = bridgeOf(cni, node);
  const gateway = route?.gateway;
  if (gateway === undefined || route?.device !== link.name) return [];
  const behind = cni.attachment === 'routed' ? nodeEndOf(link, node) : bridge;
  const isBehind =
    cni.attachment === 'routed' || behind?.addresses.some(({ address }) => address === gateway) === true;
  if (!behind || !isBehind) return [];
  return staleEntry(pod, observedOr(pod.neighbours, []), {
    breaks: 'beyond',
    holder: nameOf(pod),
    of: 'gateway',
    address: gateway,
    expected: behind.mac,
    evidence: [pod.neighbours, node.interfaces],
  });
}

/** On the node, for the pod: it is by this entry that everything routed reaches the pod. */
export function checkNodeEntry(pod: PodNetwork, link: NetworkInterface, node: NodeNetwork): Suspect[] {
  return staleEntry(pod, observedOr(node.neighbours, []), {
    breaks: 'beyond',
    holder: node.name,
    of: 'pod',
    address: pod.pod.status.podIP,
    expected: link.mac,
    evidence: [node.neighbours, pod.interfaces],
  });
}

/** In one pod, for another on the same bridge. It breaks what goes between these two only. */
export function checkPeerEntry(holder: PodNetwork, other: PodNetwork): Suspect[] {
  const link = linkOf(other);
  if (!link) return [];
  return staleEntry(holder, observedOr(holder.neighbours, []), {
    breaks: 'local',
    holder: nameOf(holder),
    of: 'pod',
    address: other.pod.status.podIP,
    expected: link.mac,
    evidence: [holder.neighbours, other.interfaces],
  });
}

/** In the bridge's own table: behind which port the pod's MAC is. */
export function checkForwardingEntry(
  pod: PodNetwork,
  link: NetworkInterface,
  node: NodeNetwork,
  cni: CniNetwork,
): Suspect[] {
  const end = nodeEndOf(link, node);
  if (cni.attachment !== 'bridge' || end?.master !== cni.bridge || !end) return [];
  const wrong = observedOr(node.forwarding, []).find(
    ({ mac, master, device }) => mac === link.mac && master === cni.bridge && device !== end.name,
  );
  if (!wrong) return [];
  const params = {
    pod: nameOf(pod),
    holder: node.name,
    entry: link.mac,
    of: 'pod',
    table: 'forwarding',
    device: cni.bridge ?? '',
    actual: wrong.device,
    expected: end.name,
    permanent: wrong.permanent,
  } as const;
  return [toSuspect(pod, 'both', params, [node.forwarding, pod.interfaces])];
}

interface Expectation {
  breaks: Suspect['breaks'];
  holder: string;
  of: 'pod' | 'gateway';
  address: string;
  expected: string;
  evidence: Evidence<unknown>[];
}

function staleEntry(
  pod: PodNetwork,
  entries: Neighbour[],
  { breaks, holder, of, address, expected, evidence }: Expectation,
): Suspect[] {
  const wrong = entries.find(
    ({ address: each, mac, states }) =>
      each === address && mac !== undefined && mac !== expected && !states.includes('FAILED'),
  );
  if (wrong?.mac === undefined || expected === '') return [];
  const params = {
    pod: nameOf(pod),
    holder,
    entry: address,
    of,
    table: 'neighbour',
    device: wrong.device,
    actual: wrong.mac,
    expected,
    permanent: wrong.states.includes('PERMANENT'),
  } as const;
  return [toSuspect(pod, breaks, params, evidence)];
}

const toSuspect = (
  pod: PodNetwork,
  breaks: Suspect['breaks'],
  params: FindingParams['pod.neighbour-stale'],
  evidence: Evidence<unknown>[],
): Suspect => ({
  breaks,
  finding: {
    code: 'pod.neighbour-stale',
    params,
    ...wiringFinding(pod, podCodes['pod.neighbour-stale'], evidence),
  },
});
