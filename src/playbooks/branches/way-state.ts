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
import { examineNodePair } from './between-nodes.ts';
import { findDroppingRule, type RuleSearch } from './dropping-rule.ts';
import type { Examined } from './examined.ts';
import { type NodeNetwork, readNodeNetwork } from './node-network.ts';
import { type PodNetwork, readPodNetwork, vantageOfPod } from './pod-network.ts';
import { type Attempt, tryWay, type Way } from './reach.ts';

export interface WayQuestion {
  way: Way;
  /** The other end; without `pod`: the node's own network. Absent: outside the cluster, nothing there can be read. */
  to?: FarEnd;
  /** Of the traffic that was asked about; it may differ from what could be tried. */
  protocol: 'tcp' | 'udp';
  port: number;
}

interface FarEnd {
  node: string;
  pod?: Pod;
}

/** One end of a way: a pod on its node, or the node itself. */
export interface EndState {
  node: NodeNetwork;
  pod?: PodNetwork;
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
  from: EndState;
  to?: EndState & { listeners: Evidence<Listener[]> };
  sameNode: boolean;
  /** The pod talks to itself: nothing leaves it. */
  toItself: boolean;
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
  const sender = await findSender(ask, way.from);
  const sameNode = to?.node === way.from.node;
  const back = await returnAddress(ask, cni, way.from.node, sender, sameNode);
  const onNode = sameNode && sender !== undefined && to?.pod !== undefined;
  const [attempt, from, far, there, here, searches, between] = await Promise.all([
    tryWay(ask, way),
    readEnd(ask, facts, { node: way.from.node, ...(sender && { pod: sender }) }),
    to && readFarEnd(ask, facts, to),
    sender && ask(readRouteTo(vantageOfPod(sender), way.address)),
    to?.pod && back !== undefined ? ask(readRouteTo(vantageOfPod(to.pod), back)) : undefined,
    searchRules(ask, question, sender, back),
    to && !sameNode ? examineNodePair(ask, facts, cni, way.from.node, to.node) : undefined,
  ]);
  const routes: RouteLook[] = [
    ...look(from, way.address, onNode, there),
    ...(far && back !== undefined ? look(far, back, onNode, here) : []),
  ];
  return {
    question,
    attempt,
    from,
    ...(far && { to: far }),
    sameNode,
    toItself: sender !== undefined && sender.metadata.uid === to?.pod?.metadata.uid,
    routes,
    searches,
    ...(between && { between }),
  };
}

/** Undefined: the node itself, or a pod whose object cannot be had. */
async function findSender(ask: Ask, from: NetworkVantage): Promise<Pod | undefined> {
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
  const [ofNode, ofPod] = await Promise.all([
    readNodeNetwork(ask, facts, node),
    pod && readPodNetwork(ask, pod),
  ]);
  return { node: ofNode, ...(ofPod && { pod: ofPod }) };
}

async function readFarEnd(ask: Ask, facts: Facts, end: FarEnd): Promise<NonNullable<WayState['to']>> {
  const vantage = end.pod ? vantageOfPod(end.pod) : ({ kind: 'node', node: end.node } as const);
  const [state, listeners] = await Promise.all([readEnd(ask, facts, end), ask(readListeners(vantage))]);
  return { ...state, listeners };
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
      search: await findDroppingRule(ask, { kind: 'node', node }, flow),
    })),
  ]);
}
