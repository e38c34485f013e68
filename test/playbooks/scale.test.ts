// What a diagnosis costs: bounded in large clusters, and asked in few rounds.

import { expect, test } from 'vitest';
import type { Question } from '../../src/cluster/access.ts';
import type { healthyWorld } from '../support/world.ts';
import { diagnoseWorld } from '../support/world-diagnosis.ts';

const onNodes = (asked: Question[]) => asked.filter((question) => question.via === 'node');

test('a cluster of 300 nodes is looked at from a few of them', async () => {
  const { diagnosis, access } = await diagnoseWorld(() => undefined, { size: { nodes: 300, replicas: 3 } });

  expect(diagnosis.outcomes[0]?.outcome).toBe('cleared');
  expect(new Set(onNodes(access.asked).map(({ node }) => node)).size).toBeLessThanOrEqual(8);
  expect(access.asked.length).toBeLessThan(200);
});

test('a cluster of 300 nodes costs no more than one of ten', async () => {
  const large = await diagnoseWorld(() => undefined, { size: { nodes: 300, replicas: 2 } });
  const small = await diagnoseWorld(() => undefined, { size: { nodes: 10, replicas: 2 } });

  expect(large.access.asked).toHaveLength(small.access.asked.length);
});

test('many replicas are not all asked from everywhere', async () => {
  const { access } = await diagnoseWorld(() => undefined, { size: { nodes: 8, replicas: 8 } });

  expect(access.asked.length).toBeLessThan(250);
});

test('no question is put twice', async () => {
  const { access } = await diagnoseWorld(() => undefined, {
    target: { kind: 'name', name: 'web.shop', pod: { namespace: 'shop', name: 'web-1' } },
  });

  const lines = access.asked.map((question) => JSON.stringify(question));
  expect(lines).toHaveLength(new Set(lines).size);
});

test('equal worlds give equal diagnoses', async () => {
  const spoil = (world: ReturnType<typeof healthyWorld>): void => {
    world.denied = { 'list services': true };
  };

  const first = await diagnoseWorld(spoil);
  const second = await diagnoseWorld(spoil);

  expect(first.diagnosis).toEqual(second.diagnosis);
});
