// Which nodes are looked at, and which ways between them: enough that every node has controls, and never more than ten
// nodes and three peers each, whatever the size of the cluster. Pure.

import type { Facts, NodeFacts } from '../../../diagnosis/facts.ts';
import type { Outcome } from '../../../diagnosis/playbook.ts';
import type { Target } from '../../../diagnosis/target.ts';
import type { NodePairName } from './node-survey.ts';

const MAX_NODES = 10;
// Three addresses a peer (node, tunnel, pod) and the API server make ten targets a node.
const PEERS = 3;
// With the two that were named; each then has two others to be compared with.
const NAMED_WITH_CONTROLS = 4;

/** Those that were asked about first. */
export function sampleNodes({ nodes }: Facts, target: Target): NodeFacts[] {
  const named = namesIn(target).flatMap((name) => nodes.find((node) => node.name === name) ?? []);
  const size = named.length > 0 ? NAMED_WITH_CONTROLS : MAX_NODES;
  const rest = nodes.filter((node) => !named.includes(node));
  // A node that is in trouble by its own account is worth a look; but more of them than healthy ones leave no controls.
  const suspects = rest.filter(({ ready }) => !ready).slice(0, named.length > 0 ? 0 : size / 2);
  const others = rest.filter(({ ready, agent }) => ready && agent.status === 'ready');
  const blind = rest.filter(({ ready, agent }) => ready && agent.status !== 'ready');
  const room = size - named.length - suspects.length;
  const sample = spread(others, room);
  return [...named, ...suspects, ...sample, ...spread(blind, room - sample.length)];
}

/** What a verdict has to admit when nobody was named and not every node was looked at. */
export const coverageOf = (
  { nodes }: Facts,
  target: Target,
  sample: NodeFacts[],
): Pick<Outcome, 'coverage'> =>
  target.kind === 'cluster' && sample.length < nodes.length
    ? { coverage: { nodes: sample.length, of: nodes.length } }
    : {};

/** Every node with the next three in a ring: all pairs of up to four nodes, and six controls a node beyond that. */
export function waysBetween(nodes: NodeFacts[]): NodePairName[] {
  const reach = Math.min(PEERS, nodes.length - 1);
  return nodes.flatMap(({ name: from }, at) =>
    Array.from({ length: reach }, (_, step) => ({
      from,
      to: nodes[(at + step + 1) % nodes.length]?.name ?? '',
    })),
  );
}

const namesIn = (target: Target): string[] => {
  switch (target.kind) {
    case 'node-pair':
      return [target.from, target.to];
    case 'node':
      return [target.node];
    default:
      return [];
  }
};

/** Evenly over the list and the same ones each time, so that a large cluster's sample is not its oldest nodes. */
export function spread<T>(items: T[], count: number): T[] {
  if (count <= 0) return [];
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)] as T);
}
