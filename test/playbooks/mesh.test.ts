// Which nodes are looked at in clusters of any size, and how many peers each of them has to try.

import { describe, expect, test } from 'vitest';
import type { Facts, NodeFacts } from '../../src/diagnosis/facts.ts';
import { sampleNodes, waysBetween } from '../../src/playbooks/branches/nodes/mesh.ts';

const nodesOf = (count: number): NodeFacts[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `n${at + 1}`,
    addresses: [`10.0.0.${at + 1}`],
    podCidrs: [],
    ready: true,
    agent: { status: 'ready', pod: `agent-${at + 1}` },
  }));
const factsOf = (nodes: NodeFacts[]): Facts => ({ kubernetesVersion: 'v1.34.4', cni: 'flannel', nodes });
const names = (nodes: NodeFacts[]): string[] => nodes.map(({ name }) => name);

describe('the sample', () => {
  test('is every node of a small cluster', () => {
    expect(names(sampleNodes(factsOf(nodesOf(3)), { kind: 'cluster' }))).toEqual(['n1', 'n2', 'n3']);
  });

  test('is ten of hundreds, spread, and the same each time', () => {
    const facts = factsOf(nodesOf(500));
    const sample = names(sampleNodes(facts, { kind: 'cluster' }));

    expect(new Set(sample).size).toBe(10);
    expect(sample.at(-1)).toBe('n451');
    expect(names(sampleNodes(facts, { kind: 'cluster' }))).toEqual(sample);
  });

  test('has what was named first, and two others as controls', () => {
    const sample = names(sampleNodes(factsOf(nodesOf(50)), { kind: 'node-pair', from: 'n7', to: 'n9' }));

    expect(sample.slice(0, 2)).toEqual(['n7', 'n9']);
    expect(sample).toHaveLength(4);
  });

  test('has nodes in trouble, and healthy ones to compare them with', () => {
    const nodes = nodesOf(50).map((node, at) => (at < 20 ? { ...node, ready: false } : node));
    const sample = sampleNodes(factsOf(nodes), { kind: 'cluster' });

    expect(sample.filter(({ ready }) => !ready)).toHaveLength(5);
    expect(sample).toHaveLength(10);
  });
});

describe('the ways', () => {
  test('join every two of up to four nodes, both ways', () => {
    expect(waysBetween(nodesOf(4))).toHaveLength(12);
    expect(waysBetween(nodesOf(2))).toEqual([
      { from: 'n1', to: 'n2' },
      { from: 'n2', to: 'n1' },
    ]);
  });

  test('are three from each node and three to each beyond that', () => {
    const ways = waysBetween(nodesOf(10));

    for (const { name } of nodesOf(10)) {
      expect(ways.filter(({ from }) => from === name)).toHaveLength(3);
      expect(ways.filter(({ to }) => to === name)).toHaveLength(3);
    }
  });
});
