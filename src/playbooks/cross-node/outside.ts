// Do pods reach the outside as their node does? What leaves for an address outside of the pod network has to carry the
// node's own address, or no answer finds its way back. The API server stands for the outside: every cluster has it.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts, NodeFacts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask, Leg } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import type { NetfilterRules } from '../../probes/netfilter.ts';
import { isMasqueraded, type OutgoingPacket } from '../../probes/outgoing-packet.ts';
import { findApiServers } from '../branches/api-server.ts';
import { readAllRules } from '../branches/dropping-rule.ts';
import { nodeCodes } from '../branches/nodes/node-codes.ts';
import { agentOf, nodeFinding } from '../branches/nodes/node-finding.ts';
import { findPeerPods } from '../branches/peer-pods.ts';
import { vantageOfPod } from '../branches/pods/pod-network.ts';
import {
  type Attempt,
  evidenceOf,
  reachOf,
  toLeg,
  tryWay,
  unseenOfAttempt,
  type Way,
} from '../branches/reach.ts';
import type { CniNetwork } from '../cni/network.ts';

export interface OutsideCheck {
  findings: Finding[];
  /** Only of nodes whose pods do not get there. */
  legs: Leg[];
  /** Why it could not be tried. */
  unseen: Unavailable[];
}

type Outside = Pick<Way, 'address' | 'port' | 'to' | 'wanted'>;

export async function checkOutside(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  sample: NodeFacts[],
): Promise<OutsideCheck> {
  const { servers, unseen } = await findApiServers(ask);
  // Pods may know one that runs on a node by the pod network's own routes.
  const own = new Set(facts.nodes.flatMap(({ addresses }) => addresses));
  const server = servers.find(({ address }) => !own.has(address));
  if (!server) return { findings: [], legs: [], unseen };
  const { address, port, label: to } = server;
  const outside: Outside = { address, port, to, wanted: 'connection' };
  const checks = await Promise.all(sample.map((node) => checkNode(ask, cni, node, outside)));
  return {
    findings: checks.flatMap(({ findings }) => findings),
    legs: checks.flatMap(({ legs }) => legs),
    unseen: checks.flatMap(({ unseen }) => unseen),
  };
}

async function checkNode(
  ask: Ask,
  cni: CniNetwork,
  node: NodeFacts,
  outside: Outside,
): Promise<OutsideCheck> {
  const { pods, unseen } = await findPeerPods(ask, node.name);
  const [pod] = pods;
  const vantage = { kind: 'node', node: node.name } as const;
  const [fromPod, fromNode, rules] = await Promise.all([
    pod && tryWay(ask, { ...outside, from: vantageOfPod(pod) }),
    tryWay(ask, { ...outside, from: vantage }),
    readAllRules(ask, vantage),
  ]);
  const tried = fromPod ? [fromPod, fromNode] : [fromNode];
  if (!pod || !fromPod || reachOf(fromPod) !== 'unreached' || reachOf(fromNode) !== 'reached')
    return { findings: [], legs: [], unseen: [...unseen, ...tried.flatMap(unseenOfAttempt)] };
  return {
    findings: unmasqueraded(cni, node, pod, outside, tried, rules),
    legs: tried.map((attempt) => toLeg(attempt, true)),
    unseen: rules.filter((each) => each.status === 'unavailable'),
  };
}

function unmasqueraded(
  { agent }: CniNetwork,
  node: NodeFacts,
  pod: Pod,
  outside: Outside,
  tried: Attempt[],
  rules: Evidence<NetfilterRules>[],
): Finding[] {
  const packet: OutgoingPacket = {
    source: pod.status.podIP,
    destination: outside.address,
    protocol: 'tcp',
    port: outside.port,
  };
  // With one back end unread the rule may be there.
  const isSeen = rules.every(({ status }) => status === 'observed');
  if (!isSeen || rules.some((each) => each.status === 'observed' && isMasqueraded(each.value, packet)))
    return [];
  return [
    {
      code: 'node.masquerade-missing',
      params: {
        agent: agentOf(agent),
        range: node.podCidrs[0] ?? pod.status.podIP,
        outside: `${outside.address}:${outside.port}`,
      },
      ...nodeFinding(node.name, nodeCodes['node.masquerade-missing'], [
        ...rules,
        ...tried.flatMap(evidenceOf),
      ]),
    },
  ];
}
