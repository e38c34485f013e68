// The way between two nodes: underlay, tunnel, routes and entries on both ends, and the rules that may drop on it. A pair
// alone has no controls; the cross-node playbook surveys more nodes and tells whose fault it is.

import type { Facts } from '../../../diagnosis/facts.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import type { CniNetwork } from '../../cni/network.ts';
import type { Examined } from '../examined.ts';
import { judge } from './judge-ways.ts';
import { unseenOfNode } from './node-network.ts';
import { type Survey, surveyWays } from './node-survey.ts';
import { legsOf, stateOf, unseenOfWay } from './node-ways.ts';
import { lossOf } from './way-loss.ts';

/** Pod-network traffic from one node to another and back. */
export async function examineNodePair(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  from: string,
  to: string,
): Promise<Examined> {
  const survey = await surveyWays(ask, facts, cni, [
    { from, to },
    { from: to, to: from },
  ]);
  return {
    traffic: trafficOf(survey),
    legs: survey.ways.flatMap((way) => legsOf(way, true)),
    findings: judge(survey).findings,
    unchecked: unseenIn(survey),
  };
}

function trafficOf({ ways }: Survey): Examined['traffic'] {
  const states = ways.map((way) => stateOf(way).kind);
  if (states.includes('fails')) return 'fails';
  if (!states.includes('passes')) return 'unknown';
  return ways.some((way) => lossOf(way).isLossy) ? 'lossy' : 'passes';
}

export const unseenIn = ({ nodes, ways, unseen }: Survey) => [
  ...unseen,
  ...[...nodes.values()].flatMap(({ network }) => unseenOfNode(network)),
  ...ways.flatMap(unseenOfWay),
];
