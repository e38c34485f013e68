// kill -9 of a real remediator at every step of every remediation, with a real Redis and an API server over HTTP: the next one
// ends the work, each step happens exactly once, and journal and audit tell the truth.

import { expect, test } from 'vitest';
import { plannedFor } from '../support/planned-remedies.ts';
import { faultFor, remediableFaults } from '../support/remediable-faults.ts';
import {
  at,
  auditFor,
  changeRequest,
  entry,
  isChange,
  journalFor,
  type Kill,
  type Report,
  reportsOf,
  whileDiagnosing,
} from '../support/remediator-kills.ts';

// About fifteen seconds where nothing else runs: each kill needs a process more.
const PATIENCE = { timeout: 180_000 };

const plans = new Map(
  await Promise.all(
    remediableFaults.map(async (fault) => [fault.remediation, await plannedFor(fault)] as const),
  ),
);

const steps = remediableFaults.flatMap((fault) =>
  (plans.get(fault.remediation)?.steps ?? []).map((step, index) => ({
    ...{ fault, step, index },
    name: `${fault.remediation}, step ${index + 1}`,
  })),
);
const changing = steps.flatMap((each) => (isChange(each.step) ? [{ ...each, step: each.step }] : []));

function expectOnceEach(reports: Report[], kills: Kill[]): void {
  expect(reports).toEqual(
    kills.map(({ name, fault }) => {
      const plan = plans.get(fault.remediation);
      return {
        name,
        result: {
          ...{ status: 'applied', undone: plan?.undo.kind === 'steps' ? 'not-wanted' : 'none-needed' },
          verification: expect.objectContaining({ verdict: 'fixed' }),
        },
        changes: plan?.steps.filter(isChange).length,
        journal: plan && journalFor(plan),
        audit: plan && auditFor(plan),
        repeated: expect.toSatisfy((lines: number) => lines <= 1),
        diagnosed: ['-v1'],
      };
    }),
  );
}

test.each<[string, Kill[]]>([
  [
    'before a change reaches the API server',
    changing.map(({ step, ...rest }) => ({
      ...rest,
      happen: at({ saidTo: 'api-server', when: 'before', words: changeRequest(step) }),
    })),
  ],
  [
    'after a change was made and before it is answered',
    changing.map(({ step, ...rest }) => ({
      ...rest,
      happen: at({ saidTo: 'api-server', when: 'after', words: changeRequest(step) }),
    })),
  ],
  [
    'after a change was answered and before it is written down',
    changing.map(({ index, ...rest }) => ({
      ...rest,
      happen: at({ saidTo: 'redis', when: 'before', words: entry('step-done', index) }),
    })),
  ],
  [
    'as it begins to wait',
    steps
      .filter(({ step }) => !isChange(step))
      .map(({ index, ...rest }) => ({
        ...rest,
        happen: at({ saidTo: 'redis', when: 'after', words: entry('step-intended', index) }),
      })),
  ],
])('killed %s, at any step of any remediation, the next one ends it', PATIENCE, async (_, kills) => {
  const reports = await reportsOf(kills);

  expectOnceEach(reports, kills);
});

test(
  'killed anywhere between two steps, before the first or after the last, the next one ends it',
  PATIENCE,
  async () => {
    const fault = faultFor('restore-corefile');
    const redis = { saidTo: 'redis' } as const;
    const kills: Kill[] = Object.entries<Kill['happen']>({
      'before it begins': at({ ...redis, when: 'before', words: entry('begun') }),
      'as soon as it has begun': at({ ...redis, when: 'after', words: entry('begun') }),
      'while it rehearses': at({ saidTo: 'api-server', when: 'before', words: /dryRun=All/ }),
      'after step 1': at({ ...redis, when: 'after', words: entry('step-done', 0) }),
      'before the end of its wait is written down': at({
        ...redis,
        when: 'before',
        words: entry('step-done', 2),
      }),
      'after step 2': at({ ...redis, when: 'after', words: entry('step-done', 1) }),
      'after step 3': at({ ...redis, when: 'after', words: entry('step-done', 2) }),
      'before the proof is ordered': at({ ...redis, when: 'before', words: /:diagnose-prod-eu:/ }),
      'after the proof was ordered': at({ ...redis, when: 'after', words: /:diagnose-prod-eu:/ }),
      'while it is diagnosed again': whileDiagnosing,
      'before the audit has the end': at({ ...redis, when: 'before', words: /"what":"ended"/ }),
      'before the journal has the end': at({ ...redis, when: 'before', words: entry('ended') }),
      'after the end': at({ ...redis, when: 'after', words: entry('ended') }),
    }).map(([name, happen]) => ({ name, fault, happen }));

    const reports = await reportsOf(kills);

    expectOnceEach(reports, kills);
  },
);
