// Everything along one way, read in one turn together with the attempt itself: both ends, both nodes, the routes there and
// back, the rules that may drop it, what lies between the nodes. Only read; explain-way.ts says what it means.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { Node, Pod } from '../../probes/api-objects.ts';
import { getObject, listObjects } from '../../probes/api-reads.ts';
import { type Listener, readListeners } from '../../probes/listeners.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { type RouteDecision, readRouteTo } from '../../probes/routes.ts';
import type { CniNetwork } from '../cni/network.ts';
import { findDroppingRule, type RuleSearch } from './dropping-rule.ts';
import type { Examined } from './examined.ts';
import { examineNodePair } from './nodes/between-nodes.ts';
import { type NodeNetwork, readNodeNetwork } from './nodes/node-network.ts';
import { type PodNetwork, readPodNetwork, vantageOfPod } from './pods/pod-network.ts';
import { type Attempt, missesPings, reachOf, tryWay, type Way } from './reach.ts';

export interface WayQuestion {
  way: Way;
  /** Whose way it is, where that is known already; else it is looked up. */
  sender?: Pod;
  /** The other end; without `pod`: the node's own network. Absent: outside the cluster, nothing there can be read. */
  to?: FarEnd;
  /** Of the traffic that was asked about; it may differ from what could be tried. */
  protocol: 'tcp' | 'udp';
  port: number;
  /**
   * One of many ways, of which most pass: what is along it is read only when it fails, and not even then where the pod in
   * question turns out to be `cut` off, which hides what lies behind.
   */
  lazily?: { cut: Promise<boolean> };
}

interface FarEnd {
  node: string;
  pod?: Pod;
}

/** One end of a way: a pod on its node, or the node itself. */
export interface EndState {
  node: NodeNetwork;
  pod?: PodNetwork;
  /** What the node's kernel does with a packet for that pod. */
  delivery?: Evidence<RouteDecision>;
}

/** What the kernel of one pod does with a packet for the other end. */
export interface RouteLook {
  pod: PodNetwork;
  node: NodeNetwork;
  address: string;
  /** The other end is a pod of the same node. */
  onNode: boolean;
  decision: Evidence<RouteDecision>;
}

export interface PlacedSearch {
  node: string;
  /** The rules are those of this pod's own network. */
  pod?: Pod;
  search: RuleSearch;
}

export interface WayState {
  question: WayQuestion;
  attempt: Attempt;
  sameNode: boolean;
  /** The pod talks to itself: nothing leaves it. */
  toItself: boolean;
  /** Sender first; empty when nothing was read, because it passes. */
  ends: EndState[];
  /** At the receiver's. Absent: outside the cluster, or not read. */
  listeners?: Evidence<Listener[]>;
  routes: RouteLook[];
  searches: PlacedSearch[];
  between?: Examined;
}

export async function readWay(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  question: WayQuestion,
): Promise<WayState> {
  const { way, to } = question;
  const sameNode = to?.node === way.from.node;
  const attempt = tryWay(ask, way);
  const sender = question.sender ?? (await findSender(ask, way.from));
  const toItself = sender !== undefined && sender.metadata.uid === to?.pod?.metadata.uid;
  const basis = { question, sameNode, toItself };
  const nothing = { ends: [], routes: [], searches: [] };
  const { lazily } = question;
  const isTroubled = lazily === undefined || (await missesPings(ask, way));
  if (!isTroubled && reachOf(await attempt) === 'reached')
    return { ...basis, attempt: await attempt, ...nothing };
  if (await lazily?.cut) return { ...basis, attempt: await attempt, ...nothing };
  const between =
    to && !sameNode && isTroubled ? examineNodePair(ask, facts, cni, way.from.node, to.node) : undefined;
  const along = readAlong(ask, facts, cni, question, sender);
  const [tried, pair, state] = await Promise.all([attempt, between, along]);
  return { ...basis, attempt: tried, ...state, ...(pair && { between: pair }) };
}

async function readAlong(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  question: WayQuestion,
  sender: Pod | undefined,
): Promise<Pick<WayState, 'ends' | 'listeners' | 'routes' | 'searches'>> {
  const { way, to } = question;
  const sameNode = to?.node === way.from.node;
  const back = await returnAddress(ask, cni, way.from.node, sender, sameNode);
  const [from, far, listeners, there, here, searches] = await Promise.all([
    readEnd(ask, facts, { node: way.from.node, ...(sender && { pod: sender }) }),
    to && readEnd(ask, facts, to),
    to && ask(readListeners(to.pod ? vantageOfPod(to.pod) : { kind: 'node', node: to.node })),
    sender && ask(readRouteTo(vantageOfPod(sender), way.address)),
    to?.pod && back !== undefined ? ask(readRouteTo(vantageOfPod(to.pod), back)) : undefined,
    searchRules(ask, question, sender, back),
  ]);
  // A node speaks to its own pods by its address on their bridge.
  const onNode = sameNode && to?.pod !== undefined;
  return {
    ends: [from, ...(far ? [far] : [])],
    ...(listeners && { listeners }),
    routes: [
      ...look(from, way.address, onNode, there),
      ...(far && back !== undefined ? look(far, back, onNode, here) : []),
    ],
    searches,
  };
}

/** Undefined: the node itself, or a pod whose object cannot be had. */
export async function findSender(ask: Ask, from: NetworkVantage): Promise<Pod | undefined> {
  if (from.kind === 'node') return undefined;
  const found = await ask(getObject('pods', Pod, from.pod.name, from.pod.namespace));
  return found.status === 'observed' && found.value.found ? found.value.object : undefined;
}

/** Where replies go: a node speaks to its own pods from the bridge, to others' from its tunnel. */
async function returnAddress(
  ask: Ask,
  cni: CniNetwork,
  node: string,
  sender: Pod | undefined,
  sameNode: boolean,
): Promise<string | undefined> {
  if (sender) return sender.status.podIP || undefined;
  const nodes = await ask(listObjects('nodes', Node));
  const object =
    nodes.status === 'observed' ? nodes.value.find(({ metadata }) => metadata.name === node) : undefined;
  const addresses = object ? cni.podNetworkAddresses(object) : [];
  return addresses.at(sameNode ? -1 : 0);
}

async function readEnd(ask: Ask, facts: Facts, { node, pod }: FarEnd): Promise<EndState> {
  const [ofNode, ofPod, delivery] = await Promise.all([
    readNodeNetwork(ask, facts, node),
    pod && readPodNetwork(ask, pod),
    pod && ask(readRouteTo({ kind: 'node', node }, pod.status.podIP)),
  ]);
  return { node: ofNode, ...(ofPod && { pod: ofPod }), ...(delivery && { delivery }) };
}

function look(
  { pod, node }: EndState,
  address: string,
  onNode: boolean,
  decision: Evidence<RouteDecision> | undefined,
): RouteLook[] {
  return pod && decision ? [{ pod, node, address, onNode, decision }] : [];
}

/** On both nodes, and in both pods. */
function searchRules(
  ask: Ask,
  { way, to, protocol, port }: WayQuestion,
  sender: Pod | undefined,
  back: string | undefined,
): Promise<PlacedSearch[]> {
  const ends = back === undefined ? undefined : [way.address, back];
  const flow = { protocol, port, ...(ends && { ends }) };
  const isPassing = way.from.kind === 'pod' && to?.pod !== undefined;
  const nodes = [...new Set([way.from.node, ...(to ? [to.node] : [])])];
  const pods = [sender, to?.pod === sender ? undefined : to?.pod].filter((pod) => pod !== undefined);
  return Promise.all([
    ...pods.map(async (pod) => ({
      node: pod.spec.nodeName,
      pod,
      search: await findDroppingRule(ask, vantageOfPod(pod), flow),
    })),
    ...nodes.map(async (node) => ({
      node,
      search: await findDroppingRule(ask, { kind: 'node', node }, { ...flow, passing: isPassing }),
    })),
  ]);
}
