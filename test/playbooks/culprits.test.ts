// Whose fault it is, from trials between nodes: one node, one direction of it, a pair, or all of them.

import { describe, expect, test } from 'vitest';
import { findCulprits, type Trial } from '../../src/playbooks/branches/nodes/culprits.ts';

/** Every ordered pair of the nodes; those that fail are named as `n1>n2`. */
function trialsOf(nodes: string[], failing: string[], unknown: string[] = []): Trial[] {
  return nodes.flatMap((from) =>
    nodes
      .filter((to) => to !== from)
      .map((to): Trial => {
        const name = `${from}>${to}`;
        const state = failing.includes(name) ? 'fails' : unknown.includes(name) ? 'unknown' : 'passes';
        return { from, to, state };
      }),
  );
}
const three = ['n1', 'n2', 'n3'];
const four = [...three, 'n4'];

describe('the node that stands out', () => {
  test('is the one whose ways all fail, both ways', () => {
    const trials = trialsOf(three, ['n1>n2', 'n2>n1', 'n2>n3', 'n3>n2']);

    expect(findCulprits(trials)).toEqual([{ kind: 'node', node: 'n2', peers: ['n1', 'n3'] }]);
  });

  test('is found by one direction alone', () => {
    expect(findCulprits(trialsOf(three, ['n2>n1', 'n2>n3']))).toMatchObject([{ kind: 'node', node: 'n2' }]);
    expect(findCulprits(trialsOf(three, ['n1>n2', 'n3>n2']))).toMatchObject([{ kind: 'node', node: 'n2' }]);
  });

  test('is found though it cannot be asked itself', () => {
    const trials = trialsOf(three, ['n1>n2', 'n3>n2'], ['n2>n1', 'n2>n3']);

    expect(findCulprits(trials)).toEqual([{ kind: 'node', node: 'n2', peers: ['n1', 'n3'] }]);
  });

  test('may be two of four', () => {
    const failing = four.flatMap((node) =>
      ['n1', 'n2'].flatMap((bad) => (node === bad ? [] : [`${node}>${bad}`, `${bad}>${node}`])),
    );
    const found = findCulprits(trialsOf(four, failing));

    expect(found.map((each) => (each.kind === 'node' ? each.node : each.kind)).sort()).toEqual(['n1', 'n2']);
  });
});

describe('no node stands out', () => {
  test('when one pair alone fails, in one direction or both', () => {
    const pair = [{ kind: 'pair', nodes: ['n1', 'n2'] }];

    expect(findCulprits(trialsOf(three, ['n1>n2', 'n2>n1']))).toEqual(pair);
    expect(findCulprits(trialsOf(three, ['n2>n1']))).toEqual(pair);
  });

  test('with two nodes only', () => {
    expect(findCulprits(trialsOf(['n1', 'n2'], ['n1>n2', 'n2>n1']))).toEqual([
      { kind: 'pair', nodes: ['n1', 'n2'] },
    ]);
  });

  test('when nothing passes at all', () => {
    const all = three.flatMap((a) => three.filter((b) => b !== a).map((b) => `${a}>${b}`));

    expect(findCulprits(trialsOf(three, all))).toEqual([{ kind: 'everywhere', nodes: three }]);
  });

  test('when nothing fails', () => {
    expect(findCulprits(trialsOf(three, []))).toEqual([]);
  });
});
