// Every recorded drill with the playbooks of today: the verdict that the lab judged right is still given, and still right.

import { describe, expect, test } from 'vitest';
import { playbooks } from '../../src/playbooks/index.ts';
import { findMistake } from '../lab/verdict.ts';
import { readRecordedDrills } from '../support/recorded-drills.ts';
import { replayBundle } from '../support/replay.ts';

const drills = readRecordedDrills();
const areas = Object.entries(Object.groupBy(drills, ({ recorded }) => recorded.drill.area));

describe.each(areas)('%s', (_area, recordings = []) => {
  test.each(recordings)('$name is judged as on the lab', async ({ recorded }) => {
    const { result, unrecorded } = await replayBundle(recorded);

    if (!result.ok) throw new Error(result.problem.kind);
    expect(findMistake(recorded.drill.injection.expect, result.diagnosis)).toBeUndefined();
    expect(unrecorded, 'questions without an answer: record it again on the lab').toEqual([]);
    // If this is a change for the better: `npm run bench -- replay --write`.
    expect(JSON.stringify(result.diagnosis)).toBe(JSON.stringify(recorded.diagnosis));
  });
});

test('every playbook is recorded on a healthy cluster', () => {
  const cleared = drills.filter(({ recorded }) => recorded.drill.injection.expect.outcome === 'cleared');
  const asked = new Set(cleared.map(({ recorded }) => recorded.request.playbook));

  expect(playbooks.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
});
