// Does a node's kernel send a pod's packets another way than its main table has it? A policy rule (`ip rule`) that looks up
// another table first does that, and no listing of the main table shows it. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { nodeCodes } from './node-codes.ts';
import { agentOf, nodeFinding } from './node-finding.ts';
import type { SurveyedNode } from './node-survey.ts';
import type { NodeWay } from './node-ways.ts';

/** Asked only where the main table is right. */
export function checkPolicyRule(
  { outbound }: NodeWay,
  from: SurveyedNode,
  to: SurveyedNode,
  cni: CniNetwork,
  seen: Evidence<unknown>[],
): Finding[] {
  const entries = from.object && to.object && cni.peerEntries(from.object, to.object);
  if (!entries || outbound?.status !== 'observed') return [];
  const { route } = entries;
  const { value } = outbound;
  const isRight =
    value.kind === 'route' &&
    value.gateway === route.gateway &&
    (route.device === undefined || value.device === route.device);
  if (isRight || value.kind === 'no-device') return [];
  const device = route.device === undefined ? '' : ` dev ${route.device}`;
  const actual =
    value.kind === 'rejected'
      ? value.detail
      : [
          value.gateway === undefined ? '' : `via ${value.gateway}`,
          `dev ${value.device}`,
          value.table === undefined ? '' : `table ${value.table}`,
        ]
          .filter((word) => word !== '')
          .join(' ');
  return [
    {
      code: 'node.route-wrong',
      params: {
        agent: agentOf(cni.agent),
        range: route.destination,
        peers: [to.name],
        cause: value.kind === 'rejected' ? 'rule-rejects' : 'rule',
        actual,
        expected: `${route.destination} via ${route.gateway}${device}`,
      },
      ...nodeFinding(from.name, nodeCodes['node.route-wrong'], [outbound, from.network.routes, ...seen]),
    },
  ];
}
