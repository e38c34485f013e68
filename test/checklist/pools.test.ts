// Addresses in use: the threshold, a full range, what could not be counted, and when a range will be full.

import { expect, test } from 'vitest';
import type { PoolSample } from '../../src/checklist/checklist.ts';
import { judgePools, type PoolCount } from '../../src/checklist/pools.ts';

const HOUR_MS = 60 * 60 * 1000;
const NOW_MS = Date.parse('2026-03-10T06:00:00Z');

const sampleAt = (hoursAgo: number, used: Record<string, number>, capacity = 100): PoolSample => ({
  at: new Date(NOW_MS - hoursAgo * HOUR_MS).toISOString(),
  nodes: Object.fromEntries(Object.entries(used).map(([node, count]) => [node, { used: count, capacity }])),
});

const counted = (used: Record<string, number>, unseen: string[] = []): PoolCount => ({
  sample: sampleAt(0, used),
  unseen,
});

test.each([
  [79, 'fine'],
  [80, 'attention'],
  [99, 'attention'],
  [100, 'failed'],
] as const)('%i of 100 addresses in use: %s', (used, status) => {
  expect(judgePools(counted({ n1: used }), [], 0).status).toBe(status);
});

test('the crowded nodes are named, the fullest first', () => {
  const { params } = judgePools(counted({ n1: 85, n2: 20, n3: 95 }), [], 0);

  expect(params.crowded.map(({ node }) => node)).toEqual(['n3', 'n1']);
  expect(params.fullest).toEqual({ node: 'n3', used: 95, capacity: 100 });
});

test('a node that could not be counted leaves it unknown', () => {
  expect(judgePools(counted({ n1: 10 }, ['n2']), [], 0)).toMatchObject({
    status: 'unknown',
    params: { unseen: ['n2'] },
  });
});

test('without any count it is unknown, never fine', () => {
  expect(judgePools(counted({}), [], 0).status).toBe('unknown');
});

test('nodes beyond the sample are told', () => {
  expect(judgePools(counted({ n1: 10 }), [], 190)).toMatchObject({
    status: 'fine',
    params: { counted: 1, leftOut: 190 },
  });
});

test('a range that fills up steadily is full when the line says so', () => {
  const earlier = [sampleAt(48, { n1: 30 }), sampleAt(24, { n1: 50 })];

  const { status, params } = judgePools(counted({ n1: 70 }), earlier, 0);

  expect(params.forecast).toEqual({ node: 'n1', fullInMs: 36 * HOUR_MS });
  expect(status).toBe('attention');
});

test('one that is full in months is no reason for attention', () => {
  const earlier = [sampleAt(48, { n1: 10 }), sampleAt(24, { n1: 10 })];

  const { status, params } = judgePools(counted({ n1: 11 }), earlier, 0);

  expect(params.forecast?.node).toBe('n1');
  expect(status).toBe('fine');
});

test.each([
  ['with two samples', [sampleAt(24, { n1: 50 })]],
  ['when it empties', [sampleAt(48, { n1: 90 }), sampleAt(24, { n1: 80 })]],
  ['when it stays', [sampleAt(48, { n1: 70 }), sampleAt(24, { n1: 70 })]],
  ['from samples of a few minutes', [sampleAt(0.2, { n1: 50 }), sampleAt(0.1, { n1: 60 })]],
  ['from counts of another range', [sampleAt(48, { n1: 30 }, 50), sampleAt(24, { n1: 40 }, 50)]],
])('nothing is forecast %s', (_why, earlier) => {
  const { params } = judgePools(counted({ n1: 70 }), earlier, 0);

  expect(params).not.toHaveProperty('forecast');
});
