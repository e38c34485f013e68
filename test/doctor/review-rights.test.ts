// What worker and remediator find out about their own accounts, where the API server lists not every right.

import { expect, test } from 'vitest';
import { createApiEntrance } from '../../src/cluster/api-entrance.ts';
import type { Fixes } from '../../src/doctor/examination.ts';
import { createRemediatorReview, createWorkerReview } from '../../src/review-rights.ts';
import { type AuthorizingOptions, startAuthorizingApiServer } from '../support/authorizing-api-server.ts';
import { scope } from '../support/planned-remedies.ts';

const never = new AbortController().signal;
const nodesListed = { verbs: ['get', 'list'], apiGroups: [''], resources: ['nodes'], resourceNames: [] };

/** The account of a worker, or with fixes that of a remediator. */
async function accountWith(allows: AuthorizingOptions['allows'], fixes?: Fixes) {
  const { kubeConfig, asked } = await startAuthorizingApiServer({
    ...{ rules: [nodesListed], incomplete: true },
    ...(allows && { allows }),
  });
  let nowMs = Date.parse('2026-03-01T03:00:00.000Z');
  const clock = { now: () => new Date(nowMs) };
  const entrance = createApiEntrance(kubeConfig);
  const review = fixes ? createRemediatorReview(entrance, fixes, clock) : createWorkerReview(entrance, clock);
  return {
    asked,
    review: () => review(never),
    pass(seconds: number) {
      nowMs += seconds * 1000;
    },
  };
}

test('rights that no list shows are asked for by themselves, and may all be granted', async () => {
  const { review, asked } = await accountWith(() => true);

  const findings = await review();

  expect(findings).toEqual({ lacks: [], beyond: [], beyondInPart: true, unseen: [] });
  expect(asked.singles).toContainEqual({ group: '', resource: 'pods', verb: 'list' });
  expect(asked.singles).toContainEqual({
    ...{ namespace: 'kube-flannel', group: '', resource: 'pods', subresource: 'log', verb: 'get' },
  });
  expect(asked.singles.map(({ resource }) => resource)).not.toContain('nodes');
  expect(asked.singles.length).toBeLessThan(100);
});

test('the lists are read at each review, single rights every five minutes', async () => {
  const { review, asked, pass } = await accountWith(() => true);
  const counts = () => [asked.lists.length, asked.singles.length];

  await review();
  const [lists = 0, singles = 0] = counts();
  pass(30);
  await review();
  const soon = counts();
  pass(270);
  await review();
  const later = counts();

  expect(soon).toEqual([2 * lists, singles]);
  expect(later).toEqual([3 * lists, 2 * singles]);
});

test('what is denied is lacking, with what suffers', async () => {
  const { review } = await accountWith(({ resource }) => resource !== 'events');

  const { lacks, unseen } = await review();

  expect(lacks).toEqual([
    {
      serves: { kind: 'diagnosis', part: 'events' },
      rights: ['get', 'list'].map((verb) => ({ group: '', resource: 'events', verb })),
    },
  ]);
  expect(unseen).toEqual([]);
});

test('where even the question is forbidden nothing is called lacking, and nothing fine', async () => {
  const { review } = await accountWith(() => undefined);

  const { lacks, unseen } = await review();

  expect(lacks).toEqual([]);
  expect(unseen).toEqual([
    { kind: 'unanswered', rights: expect.any(Array), detail: expect.stringContaining('no reviews for you') },
  ]);
});

test('each enabled fix of a remediator is told by the rights that it is denied', async () => {
  const { review, asked } = await accountWith(({ verb }) => verb !== 'patch', {
    enabled: ['restart-coredns'],
    scope,
  });

  const { lacks } = await review();

  expect(lacks).toEqual([
    {
      serves: { kind: 'remediation', id: 'restart-coredns' },
      rights: [
        { namespace: 'kube-system', group: 'apps', resource: 'deployments', name: 'coredns', verb: 'patch' },
      ],
    },
  ]);
  expect(asked.singles).toContainEqual({
    ...{ namespace: 'kube-system', group: 'apps', resource: 'deployments', name: 'coredns', verb: 'patch' },
  });
});
