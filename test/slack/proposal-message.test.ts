// The message of a fix in every state: golden JSON in both languages, and the buttons that a state allows.

import { expect, test } from 'vitest';
import type { SeenProposal } from '../../src/remediation/ports.ts';
import { proposalMessage } from '../../src/slack/proposal-message.ts';
import { minutesLater } from '../support/approved-plans.ts';
import { proposalStates } from '../support/proposals.ts';
import { blockProblems } from '../support/slack-workspace/block-kit.ts';
import { legs } from '../support/verdict-samples.ts';

const states = await proposalStates();
const inTime = Date.parse(minutesLater(4));
const soon = Date.parse(minutesLater(1));
const tooLate = Date.parse(minutesLater(15));
const drawn = (seen: SeenProposal | undefined, nowMs: number) =>
  proposalMessage(seen as SeenProposal, legs(true), nowMs);
const buttonsOf = (...given: Parameters<typeof drawn>): unknown[] =>
  drawn(...given).blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.map(({ action_id }) => action_id) : [],
  );

for (const language of ['en', 'zh'] as const)
  test.each([
    ...Object.keys(states).map((name) => [name, name, name === 'planning' ? soon : inTime] as const),
    ['unanswered', 'planning', inTime] as const,
    ['expired', 'waiting', tooLate] as const,
    ['untaken', 'approved', tooLate] as const,
  ])(`the message of a fix (${language}): %s`, async (name, state, nowMs) => {
    const seen = states[state] as SeenProposal;

    const message = drawn({ ...seen, proposal: { ...seen.proposal, language } }, nowMs);

    expect(blockProblems(message.blocks)).toEqual([]);
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(
      `golden/fix-${name}.${language}.json`,
    );
  });

test.each([
  ['planning', []],
  ['unfit', []],
  ['waiting', ['fix-approve', 'fix-reject', 'fix-details']],
  ['rejected', []],
  ['running', ['fix-stop', 'fix-details']],
  ['stopping', ['fix-details']],
  ['fixed', ['fix-details']],
  ['stopped', ['fix-undo', 'fix-details']],
  ['still-failing', ['fix-undo', 'fix-details']],
  ['being-taken-back', ['fix-undo', 'fix-details']],
])('what can be pressed: %s', (name, buttons) => {
  expect(buttonsOf(states[name], inTime)).toEqual(buttons);
});

test('a request that nobody decided in time has no buttons any more, nor has one that nobody took up', () => {
  expect(buttonsOf(states.waiting, tooLate)).toEqual([]);
  expect(buttonsOf(states.approved, tooLate)).toEqual([]);
});

test('what failed before stands beside what the same check saw afterwards', () => {
  const { blocks } = drawn(states.fixed, inTime);

  expect(JSON.stringify(blocks)).toMatch(
    /before +after\\n✗ timeout +✓ 1 ms +web-7f \(n2\) → CoreDNS Service · UDP/,
  );
});

test('whatever is written as a reason does not act', () => {
  const message = drawn(states.rejected, inTime);

  expect(message.text).not.toMatch(/[<>]/);
  expect(JSON.stringify(message.blocks)).not.toMatch(/"type":"(mrkdwn|broadcast|link)"/);
});
