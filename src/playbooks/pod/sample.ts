// The whole cluster, shallowly: one pod a node, and one that is not ready where there is such a one. Its own wiring, and whether it
// reaches its node and a neighbour. The ways between nodes are cross-node's.

import type { Facts, NodeFacts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import { examineWays } from '../branches/examine-ways.ts';
import type { Examined } from '../branches/examined.ts';
import { wayToNode, wayToPod } from '../branches/flow-controls.ts';
import { spread } from '../branches/nodes/mesh.ts';
import { findPeerPods, isReady } from '../branches/peer-pods.ts';
import { vantageOfPod } from '../branches/pods/pod-network.ts';
import { canBeAsked } from '../branches/services/service-tries.ts';
import type { WayQuestion } from '../branches/way-state.ts';
import type { CniNetwork } from '../cni/network.ts';

const MAX_NODES = 10;

/** Where there is room, those without an agent as well: what they hide is then said. */
export function sampleNodes({ nodes }: Facts): NodeFacts[] {
  const able = spread(nodes.filter(canBeAsked), MAX_NODES);
  const blind = nodes.filter(({ agent }) => agent.status !== 'ready');
  return [...able, ...spread(blind, MAX_NODES - able.length)];
}

export const examineSample = (
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  nodes: NodeFacts[],
): Promise<Examined[]> => Promise.all(nodes.map(({ name }) => examineNode(ask, facts, cni, name)));

async function examineNode(ask: Ask, facts: Facts, cni: CniNetwork, node: string): Promise<Examined> {
  const { pods, unseen } = await findPeerPods(ask, node);
  const [chosen] = pods;
  const doubtful = pods.find((pod) => pod !== chosen && !isReady(pod));
  const sample = [chosen, doubtful].filter((pod) => pod !== undefined);
  const ways = sample.flatMap((pod) =>
    waysOf(
      facts,
      pod,
      pods.find((peer) => !sample.includes(peer)),
    ),
  );
  const examined = await examineWays(ask, facts, cni, { ways, controls: [], owned: [] });
  return { ...examined, unchecked: [...examined.unchecked, ...unseen] };
}

function waysOf(facts: Facts, pod: Pod, peer: Pod | undefined): WayQuestion[] {
  const from = vantageOfPod(pod);
  const home = wayToNode(facts, from, from.node);
  const near = peer && wayToPod({ from, to: peer, protocol: 'tcp' });
  return [
    ...(home ? [{ way: home, to: { node: from.node }, protocol: 'tcp' as const, port: home.port }] : []),
    ...(near
      ? [{ way: near, to: { node: from.node, pod: peer }, protocol: 'tcp' as const, port: near.port }]
      : []),
  ];
}
