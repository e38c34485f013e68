// Everything that is read and tried for a look at the ways between some nodes, in one turn; then once more what counts
// packets, at both ends of a way that failed, so that it is seen where they get lost.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Facts } from '../../../diagnosis/facts.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { Node } from '../../../probes/api-objects.ts';
import { listObjects } from '../../../probes/api-reads.ts';
import { type KernelCounters, readCounters } from '../../../probes/kernel-settings.ts';
import type { NetfilterRules } from '../../../probes/netfilter.ts';
import { type NetworkInterface, readInterfaces } from '../../../probes/network-interfaces.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { readAllRules } from '../dropping-rule.ts';
import { findPeerPods } from '../peer-pods.ts';
import { type Attempt, reachOf } from '../reach.ts';
import { checkNodeDatapath } from './node-datapath.ts';
import { observedOr } from './node-finding.ts';
import { type NodeNetwork, readNodeNetwork } from './node-network.ts';
import {
  type NodeWay,
  pingsOf,
  stateOf,
  tryNodeWay,
  tryOwnPod,
  type WayPlace,
  withDecisions,
} from './node-ways.ts';
import { checkTrackedConnections } from './tracked-connections.ts';

export interface NodePairName {
  from: string;
  to: string;
}

export interface SurveyedNode extends WayPlace {
  network: NodeNetwork;
  /** From the node to its own pod. */
  local?: Attempt;
  counted: Counted;
  /** Absent: all ways of this node passed. */
  later?: Counted & { interfaces: Evidence<NetworkInterface[]>; full: Finding[] };
}

/** What counts packets on a node, at one moment. */
export interface Counted {
  rules: Evidence<NetfilterRules>[];
  counters: Evidence<KernelCounters>;
}

export interface Survey {
  cni: CniNetwork;
  nodes: Map<string, SurveyedNode>;
  ways: NodeWay[];
  unseen: Unavailable[];
}

export async function surveyWays(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  pairs: NodePairName[],
): Promise<Survey> {
  const names = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))];
  const reading = Promise.all(names.map((name) => readState(ask, facts, name)));
  const found = await Promise.all(names.map((name) => findPlace(ask, facts, name)));
  const places = new Map(found.map(({ place }) => [place.name, place]));
  const place = (name: string): WayPlace => places.get(name) as WayPlace;
  const [tried, locals, states] = await Promise.all([
    Promise.all(pairs.map(({ from, to }) => tryNodeWay(ask, cni, place(from), place(to)))),
    Promise.all(names.map((name) => tryOwnPod(ask, place(name)))),
    reading,
  ]);
  const dead = names.filter((_, at) => {
    const [own, state] = [locals[at], states[at]];
    return own && state && reachOf(own) === 'unreached' && !hasLocalSuspect(state.network, cni);
  });
  const alive = tried.map((way) =>
    dead.includes(way.from) || dead.includes(way.to) ? withoutPods(way) : way,
  );
  const troubled = new Set(alive.filter(isTroubled).flatMap(({ from, to }) => [from, to]));
  const deciding = Promise.all(
    alive.map((way) =>
      stateOf(way).kind === 'fails' ? withDecisions(ask, cni, way, place(way.from), place(way.to)) : way,
    ),
  );
  const nodes = await Promise.all(
    names.map(async (name, at): Promise<[string, SurveyedNode]> => {
      const own = locals[at];
      return [
        name,
        {
          ...place(name),
          ...(states[at] as State),
          ...(own && { local: own }),
          ...(troubled.has(name) && { later: await readLater(ask, name) }),
        },
      ];
    }),
  );
  return { cni, nodes: new Map(nodes), ways: await deciding, unseen: found.flatMap(({ unseen }) => unseen) };
}

/** From the API server alone, so that trying the ways does not wait for a node. */
async function findPlace(ask: Ask, { nodes }: Facts, name: string) {
  const [listed, peers] = await Promise.all([ask(listObjects('nodes', Node)), findPeerPods(ask, name)]);
  const [pod] = peers.pods;
  const place: WayPlace = {
    name,
    addresses: nodes.find((node) => node.name === name)?.addresses ?? [],
    object: observedOr(listed, []).find(({ metadata }) => metadata.name === name),
    ...(pod && { pod }),
  };
  return { place, unseen: peers.unseen };
}

type State = Pick<SurveyedNode, 'network' | 'counted'>;

async function readState(ask: Ask, facts: Facts, name: string): Promise<State> {
  const [network, counted] = await Promise.all([
    readNodeNetwork(ask, facts, name),
    readCounted(ask, name, 'first'),
  ]);
  return { network, counted };
}

async function readCounted(ask: Ask, node: string, run: string): Promise<Counted> {
  const vantage = { kind: 'node', node } as const;
  const [rules, counters] = await Promise.all([
    readAllRules(ask, vantage, run === 'first' ? undefined : run),
    ask(readCounters(vantage, run)),
  ]);
  return { rules, counters };
}

async function readLater(ask: Ask, node: string) {
  const [counted, interfaces, full] = await Promise.all([
    readCounted(ask, node, 'later'),
    ask(readInterfaces({ kind: 'node', node }, 'later')),
    checkTrackedConnections(ask, node),
  ]);
  return { ...counted, interfaces, full };
}

const hasLocalSuspect = (network: NodeNetwork, cni: CniNetwork): boolean =>
  checkNodeDatapath(network, cni).some(({ breaks }) => breaks !== 'beyond');

/** A pod that its own node does not reach either is no witness of the way between nodes. */
function withoutPods(way: NodeWay): NodeWay {
  if (!way.pods || reachOf(way.pods) === 'reached') return way;
  const { pods: _dead, ...rest } = way;
  return rest;
}

const isTroubled = (way: NodeWay): boolean =>
  stateOf(way).kind === 'fails' || pingsOf(way).some(({ sent, received }) => received < sent);
