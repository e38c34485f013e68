// Everything that is read and tried about MTUs, in as few turns as it takes: the state; then packets in all sizes that
// matter; then, where they stopped, a closer look and what the kernels have counted meanwhile.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts, NodeFacts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { readCounters } from '../../probes/kernel-settings.ts';
import type { NetfilterRules } from '../../probes/netfilter.ts';
import { readAllRules } from '../branches/dropping-rule.ts';
import type { NodePairName } from '../branches/nodes/node-survey.ts';
import { findPeerPods } from '../branches/peer-pods.ts';
import type { CniNetwork } from '../cni/network.ts';
import { type NodeMtus, readNodeMtus, unseenOf } from './node-mtus.ts';
import type { CountedNode } from './pieces.ts';
import { isAsGiven, type PodMtus, readPodMtus, representativeOf } from './pod-mtus.ts';
import { exceedsUnderlay, type MtuSuspect, stops, suspectsAmong } from './suspects.ts';
import {
  isShort,
  joinsSame,
  type MtuWay,
  narrow,
  type ShortWay,
  type TriedWay,
  tryAgain,
  tryTcp,
  tryWay,
  wayBetweenNodes,
  wayBetweenPods,
  wayFromNodeToPod,
} from './ways.ts';

export interface MtuSurvey {
  cni: CniNetwork;
  ways: TriedWay[];
  suspects: MtuSuspect[];
  counted: Map<string, CountedNode>;
  /** Of the ends of ways that nothing explained at first. */
  rules: Map<string, CountedRules>;
}

/** The netfilter rules of one node, before and after the packets were sent. */
export interface CountedRules {
  before: Evidence<NetfilterRules>[];
  after: Evidence<NetfilterRules>[];
}

// Each is tried with a pod of another node, both ways; the rest is listed by what was read.
const TRIED_STALE = 3;

interface Place {
  node: NodeMtus;
  pods: PodMtus[];
  /** Stands for the pods of that node. */
  pod: PodMtus | undefined;
  unseen: Unavailable[];
}

export async function surveyMtus(
  ask: Ask,
  facts: Facts,
  describing: Promise<CniNetwork>,
  nodes: NodeFacts[],
  pairs: NodePairName[],
): Promise<MtuSurvey & { unseen: Unavailable[] }> {
  const [cni, places, before] = await Promise.all([
    describing,
    Promise.all(nodes.map(({ name }) => readPlace(ask, facts, describing, name))),
    readCounted(ask, nodes, 'before large packets'),
  ]);
  const pods = places.flatMap((place) => place.pods);
  const suspects = suspectsAmong(
    places.map(({ node }) => node),
    pods,
    cni,
  );
  const wanted = [...pairs.flatMap((pair) => waysOf(pair, places)), ...staleWays(places)];
  const first = await Promise.all(wanted.map((way) => tryWay(ask, way, edgesOn(way, suspects))));
  const unexplained = first.filter(isShort).filter((way) => !suspects.some((each) => stops(each, way)));
  const troubled = [...new Set(unexplained.flatMap(({ from, to }) => [from.name, to.name]))];
  const [ways, after, rulesBefore] = await Promise.all([
    lookCloser(ask, first, unexplained),
    readCounted(ask, nodes, 'after large packets'),
    readRules(ask, troubled, 'before large packets'),
  ]);
  const rulesAfter = await readRules(ask, troubled, 'after large packets');
  const counted = new Map(
    nodes.map(({ name }, at) => [name, { before: before[at], after: after[at] } as CountedNode]),
  );
  const state = [...places.flatMap(({ node }) => node.evidence), ...pods.flatMap(({ evidence }) => evidence)];
  return {
    cni,
    ways,
    suspects,
    counted,
    rules: new Map(
      troubled.map((name, at) => [name, { before: rulesBefore[at] ?? [], after: rulesAfter[at] ?? [] }]),
    ),
    unseen: [
      ...places.flatMap(({ unseen }) => unseen),
      ...unseenOf([...state, ...before, ...after, ...rulesBefore.flat(), ...rulesAfter.flat()]),
    ],
  };
}

async function readPlace(
  ask: Ask,
  facts: Facts,
  describing: Promise<CniNetwork>,
  name: string,
): Promise<Place> {
  const reading = readNodeMtus(ask, facts, describing, name);
  const peers = await findPeerPods(ask, name);
  const pods = await readPodMtus(ask, peers.pods, reading);
  const node = await reading;
  return { node, pods, pod: representativeOf(pods, node), unseen: peers.unseen };
}

const readCounted = (ask: Ask, nodes: NodeFacts[], run: string) =>
  Promise.all(nodes.map(({ name }) => ask(readCounters({ kind: 'node', node: name }, run))));

const readRules = (ask: Ask, nodes: string[], run: string) =>
  Promise.all(nodes.map((node) => readAllRules(ask, { kind: 'node', node }, run)));

function waysOf({ from, to }: NodePairName, places: Place[]): MtuWay[] {
  const [source, destination] = [placeOf(places, from), placeOf(places, to)];
  if (!source || !destination) return [];
  const { pod } = destination;
  return [
    ...wayBetweenNodes(source.node, destination.node),
    ...(source.pod && pod
      ? [wayBetweenPods(source.node, destination.node, { from: source.pod, to: pod })]
      : []),
    ...(pod && exceedsUnderlay(source.node) ? [wayFromNodeToPod(source.node, destination.node, pod)] : []),
  ];
}

const placeOf = (places: Place[], name: string): Place | undefined =>
  places.find(({ node }) => node.name === name);

/** Pods with another MTU than new ones get are tried for themselves, with one of another node. */
function staleWays(places: Place[]): MtuWay[] {
  return places
    .flatMap((place) =>
      place.pods
        .filter((pod) => isAsGiven(pod, place.node) === false && pod !== place.pod)
        .map((stale) => ({ place, stale })),
    )
    .slice(0, TRIED_STALE)
    .flatMap(({ place, stale }) => {
      const other = places.find((each) => each !== place && each.pod);
      if (!other?.pod) return [];
      return [
        wayBetweenPods(place.node, other.node, { from: stale, to: other.pod }),
        wayBetweenPods(other.node, place.node, { from: other.pod, to: stale }),
      ];
    });
}

/**
 * What stops at the same size stops at the same thing: one way of a kind is looked at closely. What vanishes between nodes
 * vanishes in the tunnel as well.
 */
async function lookCloser(ask: Ask, ways: TriedWay[], unexplained: ShortWay[]): Promise<TriedWay[]> {
  const between = unexplained.filter((way) => way.between === 'nodes');
  const within = unexplained.filter(
    (way) => way.between === 'pods' && !between.some((each) => joinsSame(each, way)),
  );
  const chosen = Map.groupBy([...between, ...within], ({ passage: { largest, stopped } }) =>
    [largest, stopped].join(' '),
  );
  const isChosen = (way: ShortWay): boolean => [...chosen.values()].some(([one]) => one === way);
  return Promise.all(
    ways.map(async (way) => {
      if (way.passage.kind === 'silent') return tryTcp(ask, way);
      if (!isShort(way)) return way;
      const [again, narrowed] = await Promise.all([
        tryAgain(ask, way),
        isChosen(way) ? narrow(ask, way) : way,
      ]);
      return again.passage.kind === 'whole' ? again : narrowed;
    }),
  );
}

function edgesOn(way: MtuWay, suspects: MtuSuspect[]): number[] {
  return suspects.flatMap((suspect) => {
    const edge = suspect.edgeOn(way);
    return edge === undefined ? [] : [edge];
  });
}
