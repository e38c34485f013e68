// A way is slow only beside others, and one slow node is no matter of distance.

import { expect, test } from 'vitest';
import type { NodeWay } from '../../src/playbooks/branches/nodes/node-ways.ts';
import { checkLatency } from '../../src/playbooks/branches/nodes/way-latency.ts';
import { seen } from '../support/wired-pod.ts';

/** Every ordered pair, and how long its pings take. */
const waysOf = (nodes: string[], msOf: (from: string, to: string) => number): NodeWay[] =>
  nodes.flatMap((from) =>
    nodes
      .filter((to) => to !== from)
      .map((to) => ({
        from,
        to,
        underlay: {
          ...{ from: { kind: 'node', node: from } as const, address: '10.0.0.2', to, port: 10250 },
          wanted: 'answer' as const,
          tcp: seen({ kind: 'connected' as const }),
          ping: seen({ sent: 20, received: 20, averageMs: msOf(from, to), errors: [] }),
        },
      })),
  );
const three = ['n1', 'n2', 'n3'];

test('a node that is slow to all others is named', () => {
  const [finding, ...rest] = checkLatency(
    waysOf(three, (from, to) => ([from, to].includes('n2') ? 200 : 0.5)),
  );

  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ code: 'node.latency-high', node: 'n2', advisory: false });
});

test('one slow pair is advice: the two may be far apart', () => {
  const isPair = (from: string, to: string): boolean => from !== 'n1' && to !== 'n1';
  const found = checkLatency(waysOf(three, (from, to) => (isPair(from, to) ? 200 : 0.5)));

  expect(found).toMatchObject([{ subject: { kind: 'node-pair', name: 'n2 <-> n3' }, advisory: true }]);
});

test('nodes that are all far apart, or all near, are not slow', () => {
  expect(checkLatency(waysOf(three, () => 200))).toEqual([]);
  expect(checkLatency(waysOf(three, (from) => (from === 'n1' ? 4 : 0.2)))).toEqual([]);
});
