// Why does a way fail? Along it from the sender's interface to the receiver's socket and back: what was seen on it that would
// stop it, unless other traffic was seen to pass there. When it works, what is odd on it is advice. Pure.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { CniNetwork } from '../cni/network.ts';
import { type DroppingRule, dropFinding } from './dropping-rule.ts';
import type { Examined } from './examined.ts';
import { checkNodeDatapath } from './nodes/node-datapath.ts';
import { unseenOfNode } from './nodes/node-network.ts';
import { checkDelivery } from './pods/delivery-route.ts';
import { checkListening } from './pods/listening.ts';
import { checkPodWiring } from './pods/pod-datapath.ts';
import { checkPeerEntry } from './pods/pod-entries.ts';
import { checkLoopback } from './pods/pod-loopback.ts';
import { unseenOfPod } from './pods/pod-network.ts';
import { checkRouteTo } from './pods/pod-routes.ts';
import { arrivesAt, evidenceOf, isRefused, reachOf, unseenOfAttempt } from './reach.ts';
import { isInnocent, type SeenWorking } from './seen-working.ts';
import { asAdvice, type Suspect } from './suspect.ts';
import type { PlacedSearch, WayState } from './way-state.ts';

export function explainWay(state: WayState, cni: CniNetwork, seen: SeenWorking): Omit<Examined, 'legs'> {
  const suspects = suspectsOf(state, cni);
  const { between } = state;
  switch (reachOf(state.attempt)) {
    case 'unreached': {
      const seenCauses = [
        ...guiltyOf(suspects, state, seen),
        ...dropsOf(state),
        ...refusalOf(state),
        ...crossing(state),
      ];
      const causes = seenCauses.length > 0 ? seenCauses : possibleDropsOf(state);
      return {
        traffic: 'fails',
        findings: causes.map((each) => withProof(each, state)),
        unchecked: unseenOf(state),
      };
    }
    case 'reached': {
      const advice = [...suspects.addressed, ...suspects.general]
        .filter(isFirm)
        .map(({ finding }) => asAdvice(finding));
      // What loses a share lets single packets through.
      const isLossy = between?.traffic === 'lossy';
      const along = between?.findings.filter(({ advisory }) => isLossy || advisory) ?? [];
      return { traffic: isLossy ? 'lossy' : 'passes', findings: [...along, ...advice], unchecked: [] };
    }
    case 'unknown':
      return { traffic: 'unknown', findings: [], unchecked: unseenOf(state) };
  }
}

/** Suspects that would stop this way and were not seen to let others pass. */
function guiltyOf({ addressed, general }: Suspects, state: WayState, seen: SeenWorking): Finding[] {
  // A port fails where packets arrive: no cable or route does that.
  if (arrivesAt(state.attempt) === 'reached') return [];
  const guilty = [...general.filter((each) => matters(each, state) && !isInnocent(each, seen)), ...addressed];
  // A dead cable leaves stale entries behind.
  const firm = guilty.filter(isFirm);
  return (firm.length > 0 ? firm : guilty).map(({ finding }) => finding);
}

/** An entry that the kernel learned may be of a former owner, and is corrected on its first use. */
const isFirm = ({ finding }: Suspect): boolean =>
  finding.code !== 'pod.neighbour-stale' || finding.params.permanent;

interface Suspects {
  /** Of this one address: what passes elsewhere does not clear them. */
  addressed: Suspect[];
  general: Suspect[];
}

function suspectsOf({ ends, sameNode, toItself, routes }: WayState, cni: CniNetwork): Suspects {
  const pods = ends.flatMap(({ pod, node }) => (pod ? [{ pod, node }] : []));
  const loopback = pods.flatMap(({ pod }) => checkLoopback(pod));
  if (toItself) return { addressed: loopback, general: [] };
  const [one, other] = pods;
  const peers =
    sameNode && one && other ? [checkPeerEntry(one.pod, other.pod), checkPeerEntry(other.pod, one.pod)] : [];
  return {
    addressed: [
      ...peers.flat(),
      ...routes.flatMap(({ pod, node, ...to }) => checkRouteTo(pod, node, cni, to)),
      ...(sameNode && pods.length === 2 ? [] : ends.flatMap((end) => checkDelivery(end, cni))),
    ],
    general: [
      ...loopback,
      ...pods.flatMap(({ pod, node }) => checkPodWiring(pod, node, cni)),
      ...ends.flatMap(({ node }) => checkNodeDatapath(node, cni)),
    ],
  };
}

/** Whether the suspect's kind of traffic is that of this way. */
function matters({ finding, breaks }: Suspect, { question, sameNode }: WayState): boolean {
  // It carries only what a pod sends itself.
  if (finding.code === 'pod.loopback-down') return false;
  const switched = sameNode && question.way.from.kind === 'pod' && question.to?.pod !== undefined;
  return breaks === 'both' || breaks === (switched ? 'local' : 'beyond');
}

/** Rules that dropped such traffic, on its nodes and in its pods. */
export const dropsOf = ({ searches }: WayState): Finding[] =>
  searches.flatMap((placed) => toDrop(placed, placed.search.rule));

/** Rules that would drop it and do not count what they drop: likely, where nothing else was found. */
const possibleDropsOf = ({ searches }: WayState): Finding[] =>
  searches.flatMap((placed) =>
    toDrop(placed, placed.search.possible).map((finding): Finding => ({ ...finding, confidence: 'likely' })),
  );

function toDrop({ node, pod, search }: PlacedSearch, rule: DroppingRule | undefined): Finding[] {
  const { namespace = '', name = '' } = pod?.metadata ?? {};
  return rule ? [dropFinding(node, rule, search.evidence, pod && { namespace, name })] : [];
}

/** The packets arrive, and nobody takes the connection. */
const refusalOf = (state: WayState): Finding[] =>
  isRefused(state.attempt) ? [listeningOf(state)].filter((finding) => finding !== undefined) : [];

/** Nobody listens at the port that was asked for, or not for everybody. */
export function listeningOf({ attempt, listeners, question }: WayState): Finding | undefined {
  const { protocol, port, to } = question;
  if (!to || !listeners) return undefined;
  const { namespace = '', name = '' } = to.pod?.metadata ?? {};
  const owner = { node: to.node, ...(to.pod && { pod: { namespace, name } }) };
  return checkListening({ owner, address: attempt.address, port, protocol, listeners }, evidenceOf(attempt));
}

/** What is wrong between the nodes, when traffic between them was seen to fail as such. */
function crossing({ between, attempt, question }: WayState): Finding[] {
  if (!between || between.traffic === 'passes' || arrivesAt(attempt) !== 'unreached') return [];
  const causes = between.findings.filter(({ advisory }) => !advisory);
  // Traffic to a node's own address takes no tunnel.
  return question.to?.pod
    ? causes
    : causes.filter(({ layer, code }) => layer === 'physical' || code === 'node.not-ready');
}

const withProof = (finding: Finding, { attempt }: WayState): Finding => ({
  ...finding,
  evidence: [...new Set([...finding.evidence, ...evidenceOf(attempt)])],
});

function unseenOf({ attempt, ends, listeners, routes, searches, between }: WayState): Unavailable[] {
  const evidence = [
    ...routes.map(({ decision }) => decision),
    ...ends.flatMap(({ delivery }) => (delivery ? [delivery] : [])),
    ...searches.flatMap(({ search }) => search.evidence),
    ...(listeners ? [listeners] : []),
  ];
  return [
    ...unseenOfAttempt(attempt),
    ...ends.flatMap(({ node, pod }) => [...unseenOfNode(node), ...(pod ? unseenOfPod(pod) : [])]),
    ...evidence.filter((each) => each.status === 'unavailable'),
    ...(between?.unchecked ?? []),
  ];
}
