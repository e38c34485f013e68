// Puts the findings about a survey together: causes way by way; for ways that nothing on their ends explains, the node or
// pair that stands out against its controls; loss; and advice, where the state is odd though the traffic passes. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import { reachOf } from '../reach.ts';
import { asAdvice } from '../suspect.ts';
import { type Culprit, findCulprits, type Trial } from './culprits.ts';
import { checkNodeDatapath } from './node-datapath.ts';
import { checkNodePair } from './node-pair.ts';
import type { Survey, SurveyedNode } from './node-survey.ts';
import { type Depth, evidenceOfWay, type NodeWay, stateOf } from './node-ways.ts';
import { blockedTunnel, unreachableUnderlay } from './silent-ways.ts';
import { checkUnderlayNeighbour } from './underlay-neighbours.ts';
import { causesOf, dropsAlong } from './way-causes.ts';
import { checkLatency } from './way-latency.ts';
import { lossOf, packetLoss } from './way-loss.ts';

export interface Judged {
  /** Causes, and advice. */
  findings: Finding[];
  /** Ways that were seen to fail, and nothing says why. */
  unexplained: { way: NodeWay; at: Depth }[];
}

export function judge(survey: Survey): Judged {
  const { ways, cni } = survey;
  const node = (name: string): SurveyedNode => survey.nodes.get(name) as SurveyedNode;
  const failing = ways.flatMap((way) => {
    const state = stateOf(way);
    return state.kind === 'fails' ? [{ way, at: state.at }] : [];
  });
  const weighed = failing.map(({ way, at }) => ({
    way,
    at,
    causes: [
      ...causesOf(way, at, node(way.from), node(way.to), cni).filter(
        (finding) => !isExonerated(finding, ways),
      ),
      ...(at === 'underlay' ? misled(way) : []),
    ],
  }));
  const silent = weighed.filter(({ causes }) => causes.length === 0);
  const lost = ways.filter((way) => stateOf(way).kind === 'passes' && lossOf(way).isLossy);
  const dropped = lost.map((way) => ({ way, causes: dropsAlong(way, node(way.from), node(way.to), cni) }));
  const lostInBetween = dropped.filter(({ causes }) => causes.length === 0).map(({ way }) => way);
  const generic = [
    ...culpritsAmong(survey, 'underlay', silent).map((each) =>
      unreachableUnderlay(survey, each, evidence(each)),
    ),
    ...(cni.encapsulation.kind === 'vxlan'
      ? culpritsAmong(survey, 'overlay', silent).map((each) => blockedTunnel(survey, each, evidence(each)))
      : []),
    ...findCulprits(lossTrials(ways, lostInBetween)).map((each) =>
      packetLoss(
        each,
        lostInBetween.filter((way) => touches(each, way)),
      ),
    ),
  ];
  const troubled = new Set([...failing.map(({ way }) => way), ...lost].flatMap(({ from, to }) => [from, to]));
  const full = [...troubled].flatMap((name) => node(name).later?.full ?? []);
  const causes = mergePeers([
    ...full,
    ...weighed.flatMap((each) => each.causes),
    ...dropped.flatMap((each) => each.causes),
    ...generic,
    ...checkLatency(ways),
  ]);
  return {
    findings: [...causes, ...adviceOf(survey, causes)],
    unexplained: silent
      .filter(({ at }) => at === 'pods' || (at === 'overlay' && cni.encapsulation.kind !== 'vxlan'))
      .map(({ way, at }) => ({ way, at })),
  };

  /** Either end may send to another MAC than the peer's. */
  function misled(way: NodeWay): Finding[] {
    const [from, to] = [node(way.from).network, node(way.to).network];
    const all = [...survey.nodes.values()].map(({ network }) => network);
    const seen = evidenceOfWay(way);
    return [
      ...checkUnderlayNeighbour(from, to, all, cni, seen),
      ...checkUnderlayNeighbour(to, from, all, cni, seen),
    ];
  }

  function evidence(culprit: Culprit): Evidence<unknown>[] {
    return silent.filter(({ way }) => touches(culprit, way)).flatMap(({ way }) => evidenceOfWay(way));
  }
}

/** A node that carries other traffic of the same kind is not broken as a whole. */
function isExonerated({ code, node }: Finding, ways: NodeWay[]): boolean {
  const passing = ways.filter(
    (way) => (way.from === node || way.to === node) && stateOf(way).kind === 'passes',
  );
  switch (code) {
    case 'node.tunnel-missing':
    case 'node.tunnel-down':
    case 'node.tunnel-mismatch':
      return passing.length > 0;
    case 'node.bridge-down':
    case 'node.ip-forward-off':
      return passing.some(({ pods }) => pods && reachOf(pods) === 'reached');
    default:
      return false;
  }
}

function culpritsAmong(
  survey: Survey,
  depth: 'underlay' | 'overlay',
  silent: Judged['unexplained'],
): Culprit[] {
  return findCulprits(
    survey.ways.map((way): Trial => {
      const { from, to } = way;
      if (silent.some((each) => each.way === way && each.at === depth)) return { from, to, state: 'fails' };
      const attempt = way[depth];
      const passes = stateOf(way).kind === 'passes' || (attempt && reachOf(attempt) === 'reached');
      return { from, to, state: passes ? 'passes' : 'unknown' };
    }),
  );
}

const lossTrials = (ways: NodeWay[], lossy: NodeWay[]): Trial[] =>
  ways.map((way) => {
    const { from, to } = way;
    if (lossy.includes(way)) return { from, to, state: 'fails' };
    return { from, to, state: stateOf(way).kind === 'passes' && !lossOf(way).isLossy ? 'passes' : 'unknown' };
  });

function touches(culprit: Culprit, { from, to }: NodeWay): boolean {
  switch (culprit.kind) {
    case 'node':
      return from === culprit.node || to === culprit.node;
    case 'pair':
      return culprit.nodes.includes(from) && culprit.nodes.includes(to);
    case 'everywhere':
      return true;
  }
}

/** One finding for what is wrong with the same thing on one node, whichever peers it cuts off. */
function mergePeers(findings: Finding[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.subject, finding.node]);
    const known = merged.get(key);
    const peers = [known, finding].flatMap((each) =>
      each && 'peers' in each.params ? each.params.peers : [],
    );
    const first = known ?? finding;
    merged.set(
      key,
      peers.length === 0
        ? first
        : ({ ...first, params: { ...first.params, peers: [...new Set(peers)].sort() } } as Finding),
    );
  }
  return [...merged.values()];
}

/** Odd state that stops nothing that was tried. */
function adviceOf({ ways, nodes, cni }: Survey, causes: Finding[]): Finding[] {
  const suspects = [
    ...[...nodes.values()].flatMap(({ network }) => checkNodeDatapath(network, cni)),
    ...ways.flatMap(({ from, to }) => {
      const [a, b] = [nodes.get(from), nodes.get(to)];
      return a && b ? checkNodePair(a.network, b.network, cni) : [];
    }),
  ].map(({ finding }) => finding);
  const isCause = ({ code, node }: Finding): boolean =>
    causes.some((cause) => cause.code === code && cause.node === node);
  return mergePeers(suspects.filter((finding) => !isCause(finding))).map(asAdvice);
}
