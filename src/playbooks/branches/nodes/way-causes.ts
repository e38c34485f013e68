// Why does a way between two nodes fail? Weighs the state of both ends, the rules that dropped meanwhile, and where the
// counters lose sight of the packets. Pure; one way at a time, whose fault it is among many is culprits.ts.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { DroppedFlow } from '../../../probes/rule-match.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { dropFinding, risingDrops } from '../dropping-rule.ts';
import type { Suspect } from '../suspect.ts';
import { checkNodeDatapath } from './node-datapath.ts';
import { checkNodePair } from './node-pair.ts';
import type { SurveyedNode } from './node-survey.ts';
import type { Depth, NodeWay } from './node-ways.ts';
import { evidenceOfWay } from './node-ways.ts';
import { checkPolicyRule } from './policy-rule.ts';
import { checkReversePath } from './reverse-path.ts';

export function causesOf(
  way: NodeWay,
  at: Depth,
  from: SurveyedNode,
  to: SurveyedNode,
  cni: CniNetwork,
): Finding[] {
  const suspects = [
    ...checkNodeDatapath(from.network, cni),
    ...checkNodeDatapath(to.network, cni),
    ...checkNodePair(from.network, to.network, cni),
    ...checkNodePair(to.network, from.network, cni),
  ].filter((suspect) => breaksAt(suspect, at));
  const seen = evidenceOfWay(way);
  const dropping = [from, to].flatMap((node) => dropsOn(node, flowsOf(way, at, from, to, cni), way));
  const filtered = at === 'underlay' ? [] : filteredOn(way, from, to, seen);
  const found = suspects.map(({ finding }) => ({ ...finding, evidence: [...finding.evidence, ...seen] }));
  const ruled = at === 'underlay' || misroutes(found, from) ? [] : checkPolicyRule(way, from, to, cni, seen);
  return [...found, ...dropping, ...filtered, ...ruled].map((finding) =>
    finding.code === 'node.rp-filter-drop' && isDetour([...found, ...ruled], finding.node, from, to)
      ? { ...finding, explains: [...finding.explains, 'node.route-wrong'] }
      : finding,
  );
}

/** What comes in is from the peer; the node that sends first is reached by the answers only. */
const filteredOn = (
  way: NodeWay,
  from: SurveyedNode,
  to: SurveyedNode,
  seen: Evidence<unknown>[],
): Finding[] => [
  ...checkReversePath(from, { source: to.pod?.status.podIP ?? '', inbound: undefined }, seen),
  ...checkReversePath(to, { source: from.pod?.status.podIP ?? '', inbound: way.inbound }, seen),
];

const misroutes = (found: Finding[], { name }: SurveyedNode): boolean =>
  found.some(
    ({ code, node }) =>
      node === name && ['node.route-wrong', 'node.route-missing', 'node.ip-forward-off'].includes(code),
  );

/** The packets go another way and arrive all the same: then not the route loses them, but who filters the answers. */
const isDetour = (
  found: Finding[],
  node: string | undefined,
  from: SurveyedNode,
  to: SurveyedNode,
): boolean =>
  found.some(
    (finding) =>
      finding.code === 'node.route-wrong' &&
      finding.node === node &&
      [...from.addresses, ...to.addresses].some((address) =>
        finding.params.actual.includes(`via ${address}`),
      ),
  );

/** Whether what a suspect breaks can be what was seen: a tunnel that carries packets is no cause, however odd it looks. */
function breaksAt({ finding: { code }, breaks }: Suspect, at: Depth): boolean {
  switch (at) {
    case 'underlay':
      return code === 'node.address-wrong';
    case 'overlay':
      return breaks !== 'local';
    case 'pods':
      return ['node.bridge-down', 'node.ip-forward-off', 'node.route-missing', 'node.route-wrong'].includes(
        code,
      );
  }
}

/** Rules on either end that dropped some of the packets of a way that works otherwise. */
export const dropsAlong = (way: NodeWay, from: SurveyedNode, to: SurveyedNode, cni: CniNetwork): Finding[] =>
  [from, to].flatMap((node) =>
    dropsOn(
      node,
      (['underlay', 'overlay'] as const).flatMap((at) => flowsOf(way, at, from, to, cni)),
      way,
    ),
  );

/** What of the way's packets a rule on one of its ends may have dropped. */
function flowsOf(
  way: NodeWay,
  at: Depth,
  from: SurveyedNode,
  to: SurveyedNode,
  { encapsulation }: CniNetwork,
): DroppedFlow[] {
  const outer = [...from.network.addresses, ...to.network.addresses];
  if (at === 'underlay') return [{ ends: outer }];
  const inner = [way.overlay, way.pods].flatMap((each) => (each ? [each.address] : []));
  const ranges = [...from.network.podCidrs, ...to.network.podCidrs];
  const inside: DroppedFlow = { ends: [...inner, ...ranges] };
  if (at === 'pods' || encapsulation.kind !== 'vxlan') return [inside];
  return [{ protocol: 'udp', port: encapsulation.port, ends: outer }, inside];
}

function dropsOn(node: SurveyedNode, flows: DroppedFlow[], way: NodeWay): Finding[] {
  const { counted, later } = node;
  if (!later) return [];
  const [worst] = flows.flatMap((flow) => risingDrops(counted.rules, later.rules, flow));
  if (!worst) return [];
  const { rule, rose, isSure } = worst;
  const finding = dropFinding(node.network.name, rule, [
    ...later.rules,
    ...counted.rules,
    ...evidenceOfWay(way),
  ]);
  return [rose === undefined || !isSure ? { ...finding, confidence: 'likely' } : finding];
}
