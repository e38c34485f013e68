// Every recorded drill with the playbooks of today: the verdict that the lab judged right is still given, and still right.

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { playbooks } from '../../src/playbooks/index.ts';
import { findMistake } from '../lab/verdict.ts';
import { readRecordedDrills } from '../support/recorded-drills.ts';
import { replayBundle } from '../support/replay.ts';

/** Where two values differ first, in one line: whole diagnoses side by side are nothing to read. */
function firstDifference(before: unknown, after: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(before, after)) return undefined;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return `${path}: ${JSON.stringify(before)?.slice(0, 300)} became ${JSON.stringify(after)?.slice(0, 300)}`;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys) {
    const found = firstDifference(before[key as never], after[key as never], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const drills = readRecordedDrills();
const areas = Object.entries(Object.groupBy(drills, ({ recorded }) => recorded.drill.area));

describe.each(areas)('%s', (_area, recordings = []) => {
  test.each(recordings)('$name is judged as on the lab', async ({ recorded }) => {
    const { result, unrecorded } = await replayBundle(recorded);

    if (!result.ok) throw new Error(result.problem.kind);
    expect(findMistake(recorded.drill.injection.expect, result.diagnosis)).toBeUndefined();
    expect(unrecorded, 'questions without an answer: record it again on the lab').toEqual([]);
    // If this is a change for the better: `npm run bench -- replay --write`.
    expect(firstDifference(recorded.diagnosis, result.diagnosis)).toBeUndefined();
    expect(JSON.stringify(result.diagnosis) === JSON.stringify(recorded.diagnosis), 'byte for byte').toBe(
      true,
    );
  });
});

test('every playbook is recorded on a healthy cluster', () => {
  const cleared = drills.filter(({ recorded }) => recorded.drill.injection.expect.outcome === 'cleared');
  const asked = new Set(cleared.map(({ recorded }) => recorded.request.playbook));

  expect(playbooks.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
});
