// kill -9 of a real remediator at every step of every remediation, with a real Redis and an API server over HTTP: the next one
// ends the work, each step happens exactly once, and journal and audit tell the truth.

import { expect, test } from 'vitest';
import { plannedFor } from '../support/planned-remedies.ts';
import { faultFor, remediableFaults } from '../support/remediable-faults.ts';
import { openRemediationSite } from '../support/remediation-site.ts';
import {
  at,
  auditFor,
  changeRequest,
  entry,
  inWords,
  isChange,
  journalFor,
  type Kill,
  type Report,
  reportsOf,
  resultOf,
  whileDiagnosing,
  whileTakingBack,
} from '../support/remediator-kills.ts';

// Each kill needs a process more, and a busy machine its time for each.
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

function expectOnceEach(reports: Report[], kills: Kill[], diagnosed = ['-v1']): void {
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
        diagnosed,
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
      'while it is diagnosed again': whileDiagnosing(1),
      'before the audit has the end': at({ ...redis, when: 'before', words: /"what":"ended"/ }),
      'before the journal has the end': at({ ...redis, when: 'before', words: entry('ended') }),
      'after the end': at({ ...redis, when: 'after', words: entry('ended') }),
    }).map(([name, happen]) => ({ name, fault, happen }));

    const reports = await reportsOf(kills);

    expectOnceEach(reports, kills);
  },
);

test('killed while a second proof runs, the next one orders none of the two again', PATIENCE, async () => {
  const fault = faultFor('restart-coredns');
  const kills = [{ fault, name: 'second proof', happen: whileDiagnosing(2) }];

  const reports = await reportsOf(kills);

  expectOnceEach(reports, kills, ['-v1', '-v2']);
});

test('killed while it takes back what did not help, the next one does so once', PATIENCE, async () => {
  const fault = faultFor('correct-service-target-port');
  const words = /^PATCH \S*\/services\/web\?(?!.*dryRun)/s;
  const kills: Kill[] = Object.entries<Kill['happen']>({
    'before it is sent': whileTakingBack({ saidTo: 'api-server', when: 'before', words }),
    'before it is answered': whileTakingBack({ saidTo: 'api-server', when: 'after', words }),
    'before it is written down': whileTakingBack({
      ...{ saidTo: 'redis', when: 'before', words: entry('step-done', 0, 'undo') },
    }),
  }).map(([name, happen]) => ({ name, fault, happen }));

  const reports = await reportsOf(kills);

  expect(reports).toEqual(
    kills.map(({ name }) => ({
      name,
      result: {
        ...{ status: 'applied', undone: 'done' },
        verification: expect.objectContaining({ verdict: 'still-failing' }),
      },
      changes: 2,
      journal: [
        ...['begun', 'step-intended do 1', 'step-done do 1'],
        ...['step-intended undo 1', 'step-done undo 1', 'ended'],
      ],
      audit: ['begun', 'step-done do 1', 'step-done undo 1', 'ended applied still-failing'],
      repeated: expect.toSatisfy((lines: number) => lines <= 1),
      diagnosed: ['-v1', '-v2'],
    })),
  );
});

test(
  'the program of production, with all its patience, is followed by another one as well',
  PATIENCE,
  async () => {
    const site = await openRemediationSite();
    const startProduction = () => site.startRemediator('../../src/main.ts', ['remediator']);
    await startProduction();
    const here = await site.breakIt(faultFor('restart-cni-agent'));
    const killed = site.killAt({ saidTo: 'api-server', when: 'after', words: /^DELETE (?!.*dryRun)/s });
    await site.queue.execute('p-1', here.approved);
    await killed;

    await startProduction();
    const journal = await here.ended();

    expect(resultOf(journal)).toMatchObject({ status: 'applied', verification: { verdict: 'fixed' } });
    expect(journal.map(inWords)).toEqual(journalFor(here.plan));
    expect(here.cluster.changes).toHaveLength(1);
  },
);
