// Does the node of a pod deliver to it? Asked of its kernel for that one address, which counts narrower routes and policy
// rules. The range of all its pods is node-datapath's question, and goes first. Pure.

import type { CniNetwork } from '../../cni/network.ts';
import { nodeCodes } from '../nodes/node-codes.ts';
import { checkNodeDatapath } from '../nodes/node-datapath.ts';
import { agentOf, nodeFinding, observedOr } from '../nodes/node-finding.ts';
import { routesOver } from '../nodes/pod-range-routes.ts';
import type { Suspect } from '../suspect.ts';
import type { EndState } from '../way-state.ts';

export function checkDelivery({ node, pod, delivery }: EndState, cni: CniNetwork): Suspect[] {
  if (cni.attachment !== 'bridge' || !pod || delivery?.status !== 'observed') return [];
  const decision = delivery.value;
  if (decision.kind === 'route' && decision.device === cni.bridge && decision.gateway === undefined)
    return [];
  if (checkNodeDatapath(node, cni).some(({ breaks }) => breaks === 'both')) return [];
  const range = node.podCidrs[0] ?? '';
  const address = pod.pod.status.podIP;
  const taken = routesOver(observedOr(node.routes, []), address)?.whole;
  return [
    {
      breaks: 'beyond',
      finding: {
        code: 'node.route-wrong',
        params: {
          agent: agentOf(cni.agent),
          ...{ range, peers: [], cause: decision.kind === 'route' ? 'shadowed' : 'rejects' },
          actual: taken?.text ?? (decision.kind === 'route' ? `${address} dev ${decision.device}` : address),
          expected: `${range} dev ${cni.bridge ?? ''}`,
        },
        ...nodeFinding(node.name, nodeCodes['node.route-wrong'], [delivery, node.routes]),
      },
    },
  ];
}
