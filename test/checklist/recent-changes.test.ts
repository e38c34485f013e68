// What changed since the last healthy check: only where there was one, and the cluster still answers.

import { expect, test } from 'vitest';
import { findRecentChanges } from '../../src/checklist/recent-changes.ts';
import type { Snapshot } from '../../src/checklist/snapshot.ts';
import { CHECKED_AT, sampleSnapshot } from '../support/sample-check.ts';

const policy = { kind: 'policy', subject: 'shop/deny', value: 'sha256:1' } as const;
const never = new AbortController().signal;

const find = (lastHealthy: Snapshot | undefined, now: Snapshot | undefined) =>
  findRecentChanges(
    'prod-eu',
    { historyOf: async () => ({ poolSamples: [], ...(lastHealthy && { lastHealthy }) }) },
    async () => now,
    never,
  );

test('the settings of now are compared with those of the last healthy check', async () => {
  const found = await find(sampleSnapshot(), sampleSnapshot([policy], '2026-03-10T06:30:00Z'));

  expect(found).toMatchObject({ since: CHECKED_AT, changes: [{ what: 'added', subjects: ['shop/deny'] }] });
});

test.each([
  ['there was no healthy check', undefined, sampleSnapshot()],
  ['the cluster does not answer', sampleSnapshot(), undefined],
])('nothing is said when %s', async (_when, lastHealthy, now) => {
  expect(await find(lastHealthy, now)).toBeUndefined();
});
