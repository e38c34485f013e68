// What people read about remediations, in both languages: every plan, every refusal, every end.

import { describe, expect, test } from 'vitest';
import type { Language } from '../../src/incidents/intent.ts';
import { type Line, plain } from '../../src/messages/fragment.ts';
import { remediationName } from '../../src/messages/remediation-names.ts';
import { planDetails, planWords, requestLine } from '../../src/messages/remediation-plan.ts';
import {
  decisionRefusalWords,
  executionRefusalWords,
  unfitWords,
} from '../../src/messages/remediation-refusals.ts';
import { progressLine, resultLines } from '../../src/messages/remediation-results.ts';
import { stepWords } from '../../src/messages/remediation-steps.ts';
import { catalogue } from '../../src/remediation/catalog/index.ts';
import type { ExecutionResult } from '../../src/remediation/execution.ts';
import { digestOf } from '../../src/remediation/plan.ts';
import { requestFor } from '../support/approved-plans.ts';
import { plannedFor } from '../support/planned-remedies.ts';
import { faultFor, remediableFaults } from '../support/remediable-faults.ts';

const languages: Language[] = ['en', 'zh'];
const text = (lines: Line[]): string => lines.map(plain).join('\n');

test.each(catalogue.map(({ id }) => id))('%s has a name in both languages', (id) => {
  const [en, zh] = languages.map((language) => remediationName(id, language));

  expect(en).not.toBe(id);
  expect(zh).toMatch(/\p{Script=Han}/u);
});

describe.each(remediableFaults.map(({ remediation }) => remediation))('the plan of %s', (id) => {
  test.each(languages)('names in %s everything that it changes', async (language) => {
    const plan = await plannedFor(faultFor(id));

    const steps = plan.steps.map((step) => stepWords(step, language)).join('\n');

    const { pods, nodes, services } = plan.touches;
    for (const name of [...pods, ...nodes, ...services]) expect(steps).toContain(`\`${name}\``);
    const words = planWords(plan, language);
    expect(text([words.headline, words.facts, ...words.hazards, words.proof])).not.toMatch(
      /undefined|\[object/,
    );
    expect(words.steps.length).toBeLessThanOrEqual(9);
  });
});

test('what is replaced stands in full in the details, and not in the message', async () => {
  const plan = await plannedFor(faultFor('restore-cni-settings'));

  const shown = text(planWords(plan, 'en').steps);
  const details = planDetails(plan, digestOf(plan), 'en');

  expect(shown).toContain('the details have both texts');
  expect(details).toContain('- {');
  expect(details).toContain('"net-conf.json"');
  expect(details).toContain(digestOf(plan));
});

test.each<[Language, string, string]>([
  ['en', 'needs 2 approvals by others', 'expires 03:27 UTC'],
  ['zh', '需要 2 名申请人以外的人批准', '有效期至 03:27 UTC'],
])('a request says in %s how many have to say yes, and until when', async (language, needs, until) => {
  const { terms } = requestFor(await plannedFor(faultFor('restart-cni-agents')));

  const said = plain(requestLine(terms, language));

  expect(said).toContain(needs);
  expect(said).toContain(until);
  expect(said).toContain(terms.digest.slice(0, 12));
});

test.each(languages)('progress in %s names the step that is under way, then the check', async (language) => {
  const plan = await plannedFor(faultFor('restart-cni-agent'));
  const done = (step: number) => ({ kind: 'step-done', phase: 'do', step, at: '', found: false }) as const;

  const lines = [[], [done(0)], [done(0), done(1)]].map((journal) =>
    plain(progressLine(plan, journal, language)),
  );

  expect(lines[0]).toContain('kube-flannel/flannel-n1');
  expect(new Set(lines).size).toBe(3);
});

test.each(languages)('every end has sentences of its own in %s', async (language) => {
  const plan = await plannedFor(faultFor('restore-corefile'));
  const applied = (
    verdict: 'fixed' | 'other-cause' | 'still-failing' | 'unclear',
    undone: 'not-wanted' | 'offered' | 'done' | 'failed',
  ): ExecutionResult => ({ status: 'applied', verification: { verdict, legs: [] }, undone });
  const ends: ExecutionResult[] = [
    { status: 'refused', refusal: { kind: 'busy' } },
    { status: 'stopped', why: 'stopped', step: 1, done: [0] },
    { status: 'stopped', why: 'deadline', step: 1, done: [0] },
    { status: 'failed', step: 1, failure: { kind: 'blocked', detail: 'budget' }, done: [0] },
    applied('fixed', 'not-wanted'),
    applied('other-cause', 'not-wanted'),
    applied('still-failing', 'offered'),
    applied('still-failing', 'done'),
    applied('still-failing', 'failed'),
    applied('unclear', 'offered'),
  ];

  const said = ends.map((end) => text(resultLines(plan, end, language)));

  expect(new Set(said).size).toBe(ends.length);
});

test.each(languages)(
  'a fix that only contains, and one that was taken back, do not claim to have failed in %s',
  async (language) => {
    const mending = await plannedFor(faultFor('restore-corefile'));
    const containing = await plannedFor(faultFor('cordon-node'));
    const verdict = 'still-failing' as const;
    const end: ExecutionResult = {
      status: 'applied',
      verification: { verdict, legs: [] },
      undone: 'offered',
    };

    const said = [mending, containing, { ...mending, undoes: 'digest' }].map((plan) =>
      text(resultLines(plan, end, language)),
    );

    expect(said.map((words) => words.startsWith('❌'))).toEqual([true, false, false]);
  },
);

test.each(languages)(
  'refusals in %s are one sentence, with what came from outside marked as foreign',
  (language) => {
    const object = { resource: 'services', namespace: 'shop', name: 'web' } as const;

    const said = [
      unfitWords({ kind: 'already-so', object }, language),
      unfitWords({ kind: 'no-single-candidate', candidates: ['a', 'b'] }, language),
      unfitWords({ kind: 'unreadable', what: 'pods shop', reason: 'forbidden' }, language),
      decisionRefusalWords({ kind: 'own-request' }, language),
      decisionRefusalWords({ kind: 'expired', expiresAt: '2026-03-01T03:27:00.000Z' }, language),
      executionRefusalWords({ kind: 'forged' }, language),
      executionRefusalWords(
        {
          kind: 'changed',
          differences: [
            {
              ...{ kind: 'value', object: 'services shop/web', path: 'spec.selector' },
              ...{ expected: '"a"', actual: '"<!channel> `x`"' },
            },
          ],
        },
        language,
      ),
      executionRefusalWords(
        { kind: 'rejected', step: 0, failure: { kind: 'refused', detail: 'x'.repeat(900) } },
        language,
      ),
    ];

    for (const sentence of said) {
      expect(sentence.length).toBeLessThan(330);
      expect(/\p{Script=Han}/u.test(sentence)).toBe(language === 'zh');
      expect((sentence.match(/`/g) ?? []).length % 2).toBe(0);
    }
  },
);
