// When rights are reviewed, what becomes of a review that fails, and how watching ends.

import { expect, onTestFinished, test } from 'vitest';
import type { RightsFindings } from '../../src/doctor/examination.ts';
import { watchRights } from '../../src/doctor/watch-rights.ts';
import { eventually } from '../support/eventually.ts';

const AT = '2026-03-01T03:12:00.000Z';
const fine: RightsFindings = { lacks: [], beyond: [], unseen: [] };

function watchWith(review: (signal: AbortSignal) => Promise<RightsFindings>) {
  const failures: unknown[] = [];
  const watch = watchRights({
    ...{ review, everyMs: 5, clock: { now: () => new Date(AT) } },
    onFailure: (error) => failures.push(error),
  });
  onTestFinished(watch.close);
  return { watch, failures };
}

test('the latest report carries the instant at which it was asked for', async () => {
  const { watch } = watchWith(async () => fine);

  const before = watch.latest();

  expect(before).toBeUndefined();
  await eventually(() => expect(watch.latest()).toEqual({ at: AT, ...fine }));
});

test('what was granted meanwhile is seen', async () => {
  const reports: RightsFindings[] = [{ ...fine, unseen: [{ kind: 'cni-unknown' }] }];
  const { watch } = watchWith(async () => reports.shift() ?? fine);

  await eventually(() => expect(watch.latest()?.unseen).toEqual([]));
});

test('a review that fails is logged, and the report before it stays', async () => {
  let reviews = 0;
  const { watch, failures } = watchWith(async () => {
    reviews += 1;
    if (reviews > 1) throw new Error('no answer');
    return fine;
  });

  await eventually(() => expect(failures.length).toBeGreaterThan(1));

  expect(watch.latest()).toEqual({ at: AT, ...fine });
});

test('reviews never overlap, and one that runs is broken off at the end', async () => {
  let begun = 0;
  const { watch, failures } = watchWith((signal) => {
    begun += 1;
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });

  await watch.close();

  expect(begun).toBe(1);
  expect(failures).toEqual([]);
});
