// Large packets vanish, and no device says that it takes less: on the way between the nodes, or by a rule on one of them
// that drops by length. Of which node or pair, its controls tell. Pure.

import type { Finding } from '../../diagnosis/finding.ts';
import type { DroppedFlow } from '../../probes/rule-match.ts';
import { type RisingDrop, risingDrops } from '../branches/dropping-rule.ts';
import { type Culprit, findCulprits, type Trial } from '../branches/nodes/culprits.ts';
import { placeOf } from '../branches/nodes/silent-ways.ts';
import { mtuCodes } from './codes.ts';
import { unseenOf } from './node-mtus.ts';
import type { CountedRules, MtuSurvey } from './survey.ts';
import { remedyFor } from './suspects.ts';
import { evidenceOfWay, joinsSame, type ShortWay, type TriedWay } from './ways.ts';

export function holesIn(survey: MtuSurvey, silent: ShortWay[]): Finding[] {
  const between = silent.filter((way) => way.between === 'nodes');
  // What vanishes between the nodes vanishes in the tunnel as well.
  const within = silent.filter(
    (way) => way.between === 'pods' && !between.some((each) => joinsSame(each, way)),
  );
  return [between, within].flatMap((stopped) =>
    findCulprits(trialsOf(survey.ways, stopped)).map((culprit) => holeOf(survey, culprit, stopped)),
  );
}

/** `stopped`: those that failed, all of one kind. */
export function trialsOf(ways: TriedWay[], stopped: TriedWay[]): Trial[] {
  const kind = stopped[0]?.between;
  return ways
    .filter(({ between, from, to }) => between === kind && from.name !== to.name)
    .map((way) => ({
      from: way.from.name,
      to: way.to.name,
      state: stopped.includes(way) ? 'fails' : way.passage.kind === 'whole' ? 'passes' : 'unknown',
    }));
}

function holeOf(survey: MtuSurvey, culprit: Culprit, stopped: ShortWay[]): Finding {
  const { subject, node } = placeOf(culprit);
  const names = culprit.kind === 'node' ? [culprit.node] : culprit.nodes;
  const own = stopped.filter(({ from, to }) => names.includes(from.name) || names.includes(to.name));
  // The one that was looked at closely.
  const [first] = own.toSorted((a, b) => widthOf(a) - widthOf(b)) as [ShortWay];
  const { largest } = first.passage;
  const podMtu = first.between === 'nodes' ? largest - first.from.overhead : largest;
  const remedy = remedyFor(survey.cni, podMtu + first.from.overhead);
  const dropped = droppedBy(survey, own);
  const { before = [], after = [] } = survey.rules.get(dropped?.node ?? '') ?? {};
  return {
    code: 'mtu.path-black-hole',
    ...mtuCodes['mtu.path-black-hole'],
    params: {
      between: first.between,
      largest,
      believed: first.full ?? 0,
      podMtu,
      peers: culprit.kind === 'node' ? culprit.peers : [],
      ...(dropped && { dropped: { node: dropped.node, rule: dropped.drop.rule } }),
      ...(remedy && { remedy }),
    },
    subject,
    ...(node !== undefined && { node }),
    // A device whose MTU was not seen may be what stops them.
    confidence: own.some(({ from, to }) => unseenOf([...from.evidence, ...to.evidence]).length > 0)
      ? 'likely'
      : 'proven',
    advisory: false,
    evidence: [...own.flatMap(evidenceOfWay), ...after, ...before],
    explains: ['dns.truncation'],
    remediations: [],
  };
}

const widthOf = ({ passage: { largest, stopped } }: ShortWay): number => stopped - largest;

/** The rule on one of the ends that dropped most while the sizes were tried. */
function droppedBy(
  { cni, rules }: MtuSurvey,
  ways: ShortWay[],
): { node: string; drop: RisingDrop } | undefined {
  const { encapsulation } = cni;
  const nodes = new Map(ways.flatMap(({ from, to }) => [from, to]).map((each) => [each.name, each]));
  const outer = [...nodes.values()].flatMap(({ address }) => (address === undefined ? [] : [address]));
  const flows: DroppedFlow[] = [
    { ends: outer },
    ...(encapsulation.kind === 'vxlan'
      ? [{ protocol: 'udp' as const, port: encapsulation.port, ends: outer }]
      : []),
    { ends: [...nodes.values()].flatMap(({ podRanges }) => podRanges) },
  ];
  const found = [...nodes.keys()].flatMap((node) =>
    flows.flatMap((flow) => dropsOn(rules.get(node), flow).map((drop) => ({ node, drop }))),
  );
  const [most] = found.toSorted((a, b) => (b.drop.rose ?? 0) - (a.drop.rose ?? 0));
  return most;
}

/** One that does not count may have dropped anything; it is not accused. */
const dropsOn = (counted: CountedRules | undefined, flow: DroppedFlow): RisingDrop[] =>
  counted ? risingDrops(counted.before, counted.after, flow).filter(({ rose }) => rose !== undefined) : [];
