// Cross-node: why do pods on one node not reach pods on another?
//
//   fewer than two nodes ................................... not applicable: there is no way between nodes
//   objects alone
//     ├─ a node does not report ............................ node.not-ready
//     └─ ranges are missing or overlap ..................... node.cidr-missing | node.cidr-overlap
//   each way is tried by node address, by tunnel and from pod to pod, with its controls
//     ├─ node addresses do not reach each other
//     │    ├─ a rule on an end drops ....................... node.firewall-drop
//     │    ├─ one sends to another MAC than the peer's ..... node.neighbour-wrong
//     │    └─ nothing on either end does ................... node.underlay-unreachable
//     ├─ the tunnel does not carry packets
//     │    ├─ its device ................................... node.tunnel-missing | -down | -mismatch
//     │    ├─ what leads to the peer ....................... node.route-* | node.neighbour-* | node.fdb-*
//     │    ├─ the peer's registered address ................ node.address-wrong
//     │    ├─ rules, filters, forwarding ................... node.firewall-drop | node.rp-filter-drop
//     │    └─ packets leave and do not arrive .............. node.tunnel-port-blocked
//     ├─ a node does not reach its own pods ................ node.firewall-drop, or the pod playbook goes on
//     ├─ nodes reach each other, pods do not ............... node.bridge-down | ip-forward-off | forward-drop | route-*
//     ├─ a node tracks no more connections ................. node.conntrack-full
//     └─ a share is lost, or it takes long ................. node.packet-loss | node.latency-high
//   pods do not reach the outside, their node does ......... node.masquerade-missing
//   a pair of nodes was not seen to reach each other ....... inconclusive: what could not be asked
//   all of it works ........................................ cleared; odd state on the way is advice

import type { Unavailable } from '../diagnosis/evidence.ts';
import type { Facts, NodeFacts } from '../diagnosis/facts.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { InconclusiveReason, Outcome, Playbook, PlaybookContext } from '../diagnosis/playbook.ts';
import type { Target } from '../diagnosis/target.ts';
import { dropCodes } from './branches/dropping-rule.ts';
import { unseenIn } from './branches/nodes/between-nodes.ts';
import { type Judged, judge } from './branches/nodes/judge-ways.ts';
import { coverageOf, sampleNodes, waysBetween } from './branches/nodes/mesh.ts';
import { nodeCodes } from './branches/nodes/node-codes.ts';
import { surveyWays } from './branches/nodes/node-survey.ts';
import { legsOf, type NodeWay, stateOf } from './branches/nodes/node-ways.ts';
import { checkTrackedConnections } from './branches/nodes/tracked-connections.ts';
import { canBeAsked } from './branches/services/service-tries.ts';
import { asAdvice } from './branches/suspect.ts';
import { reasonsFor } from './branches/unseen-reasons.ts';
import { describeCni, unseenCni } from './cni/profiles.ts';
import { checkObjects } from './cross-node/objects.ts';
import { checkOutside } from './cross-node/outside.ts';
import { checkOwnPods, type OwnPods } from './cross-node/own-pods.ts';

export const crossNode: Playbook = {
  id: 'cross-node',
  fault: 'cross-node',
  codes: {
    ...nodeCodes,
    'node.forward-drop': dropCodes['node.forward-drop'],
    'node.firewall-drop': dropCodes['node.firewall-drop'],
  },

  appliesTo: (target, facts) => {
    if (target.kind !== 'cluster' && target.kind !== 'node-pair' && target.kind !== 'node')
      return { applies: false, reason: 'a pod, a flow or a name is examined by its own playbook' };
    return facts.nodes.length > 1
      ? { applies: true }
      : { applies: false, reason: 'one node has no way to another' };
  },

  diagnose: diagnoseCrossNode,
};

async function diagnoseCrossNode(context: PlaybookContext): Promise<Outcome> {
  const { target, facts } = context;
  const nodes = sampleNodes(facts, target);
  return { ...(await examine(context, nodes)), ...coverageOf(facts, target, nodes) };
}

async function examine({ target, facts, ask }: PlaybookContext, nodes: NodeFacts[]): Promise<Outcome> {
  const cni = await describeCni(ask, facts);
  const [survey, objects, outside, full] = await Promise.all([
    surveyWays(ask, facts, cni, waysBetween(nodes)),
    checkObjects(ask, facts, cni, nodes),
    checkOutside(ask, facts, cni, nodes),
    Promise.all(nodes.map(({ name }) => checkTrackedConnections(ask, name))),
  ]);
  const judged = judge(survey);
  const own = await checkOwnPods(ask, survey);
  const isFound = ({ code, node }: Finding): boolean =>
    judged.findings.some((found) => found.code === code && found.node === node);
  const odd = full
    .flat()
    .filter((each) => !isFound(each))
    .map(asAdvice);
  const findings = [...judged.findings, ...own.findings, ...objects, ...outside.findings, ...odd];
  const legs = [
    ...survey.ways.flatMap((way) => legsOf(way, !isAsked(way, target))),
    ...own.legs,
    ...outside.legs,
  ];
  const unchecked = [...unseenIn(survey), ...outside.unseen, ...(await unseenCni(ask))];
  if (findings.some(({ advisory }) => !advisory)) return { outcome: 'root-cause', findings, legs, unchecked };

  const asked = survey.ways.filter((way) => isAsked(way, target));
  const reasons = doubts(judged, own, isSeenWhole(facts, asked), unchecked);
  return reasons.length > 0
    ? { outcome: 'inconclusive', reasons, findings, known: [], legs, unchecked }
    : { outcome: 'cleared', findings, legs, unchecked };
}

/** Without names every way is asked about. */
function isAsked({ from, to }: NodeWay, target: Target): boolean {
  switch (target.kind) {
    case 'node-pair':
      return [target.from, target.to].includes(from) && [target.from, target.to].includes(to);
    case 'node':
      return from === target.node || to === target.node;
    default:
      return true;
  }
}

/** A connection shows both directions between two nodes. Of two that cannot be asked nothing can be seen: they are named. */
function isSeenWhole({ nodes }: Facts, ways: NodeWay[]): boolean {
  const able = nodes.filter(canBeAsked).map(({ name }) => name);
  const isPair = (a: NodeWay, b: NodeWay): boolean =>
    [a.from, a.to].includes(b.from) && [a.from, a.to].includes(b.to);
  const passing = ways.filter((way) => stateOf(way).kind === 'passes');
  const wanted = ways.filter(({ from, to }) => able.includes(from) || able.includes(to));
  return passing.length > 0 && wanted.every((way) => passing.some((each) => isPair(each, way)));
}

function doubts(
  { unexplained }: Judged,
  own: OwnPods,
  isWhole: boolean,
  unchecked: Unavailable[],
): InconclusiveReason[] {
  if (unexplained.length > 0)
    return unexplained.slice(0, 1).map(({ at, way }) => ({
      kind: 'elsewhere',
      why: at === 'pods' ? 'pod-network' : 'path-between-nodes',
      next: at === 'pods' ? `diagnose pod ${podOf(way)}` : 'diagnose cni-health',
    }));
  if (own.unexplained.length > 0)
    return own.unexplained
      .slice(0, 1)
      .map((pod) => ({ kind: 'elsewhere', why: 'pod-network', next: `diagnose pod ${pod}` }));
  if (isWhole) return [];
  const unseen = reasonsFor(unchecked);
  return unseen.length > 0
    ? unseen
    : [{ kind: 'elsewhere', why: 'path-between-nodes', next: 'diagnose cni-health' }];
}

function podOf({ pods }: NodeWay): string {
  const from = pods?.from;
  return from?.kind === 'pod' ? `${from.pod.namespace}/${from.pod.name}` : '';
}
