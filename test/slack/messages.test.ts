// The messages themselves: golden JSON in both languages, and Slack's limits for any text that a cluster may hold.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Leg } from '../../src/diagnosis/playbook.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { unspoken } from '../../src/incidents/journal.ts';
import { journalMessage, replyMessage, rootMessage } from '../../src/slack/messages.ts';
import { blockProblems, textLength, tooManyBlocks } from '../support/slack-workspace/block-kit.ts';
import {
  amplified,
  diagnoses,
  dropped,
  observed,
  sampleIncident,
  unseen,
} from '../support/verdict-samples.ts';

const NOW_MS = Date.parse('2026-03-01T03:13:00.000Z');

const byAlert = {
  openedBy: { kind: 'alert', name: 'CoreDNSErrorsHigh' },
  alerts: { firing: 15, joined: 15, names: { CoreDNSErrorsHigh: 15 } },
} as const;
const found = { diagnosing: false, diagnosis: diagnoses['root cause'], causeSeen: true };
const anna = { by: { kind: 'person', id: 'U0ANNA' }, at: '2026-03-01T03:12:40.000Z' } as const;
const bot = { by: { kind: 'bot' }, at: '2026-03-01T03:12:50.000Z' } as const;
const answered = { by: 'U0ANNA', act: 'acknowledged', at: anna.at } as const;
const clock = { startedAt: '2026-03-01T03:12:00.000Z', dueAt: '2026-03-01T03:42:00.000Z', told: 0 } as const;

const states: Record<string, Partial<Incident>> = {
  'opened-by-an-alert': { ...byAlert, truncated: 37 },
  acknowledged: {
    ...{ ...byAlert, ...found, state: 'acknowledged', owner: 'U0ANNA', clock: { ...clock, answered } },
    journal: [{ kind: 'acknowledged', number: 1, ...anna }],
  },
  overdue: {
    ...{ ...byAlert, ...found, clock: { ...clock, dueAt: '2026-03-01T03:12:50.000Z', told: 100 } },
    journal: [
      { kind: 'reminded', percent: 50, dueAt: '2026-03-01T03:27:00.000Z', number: 1, ...bot },
      { kind: 'overdue', group: 'S0NETONCALL', number: 2, ...bot },
    ],
  },
  storm: {
    ...found,
    ...{ ...byAlert, alerts: { firing: 412, joined: 412, names: { CoreDNSErrorsHigh: 412 } } },
    journal: [
      { kind: 'absorbed', incident: 'pod-3k2p', alerts: 12, number: 1, ...bot },
      { kind: 'absorbed', incident: 'mtu-9x4m', alerts: 0, number: 2, ...bot },
    ],
  },
  merged: {
    ...{ ...byAlert, ...found, state: 'resolved', mergedInto: 'cluster-7m3w' },
    journal: [{ kind: 'merged', into: 'cluster-7m3w', number: 1, ...bot }],
  },
  mitigated: {
    ...{ ...byAlert, state: 'mitigated', diagnosing: false, diagnosis: diagnoses.cleared, causeSeen: true },
    ...{ owner: 'U0ANNA', clock: { ...clock, answered } },
    journal: [
      { kind: 'noted', text: 'The switch was rebooted <!channel>', number: 1, ...anna },
      { kind: 'mitigated', number: 2, ...bot },
    ],
  },
  'kept-open': {
    ...{ ...byAlert, ...found, afterAlerts: true },
    alerts: { ...byAlert.alerts, firing: 0, endedAt: bot.at },
    journal: [{ kind: 'kept-open', why: 'cause-remains', number: 1, ...bot }],
  },
  reopened: {
    ...{ ...byAlert, ...found, state: 'reopened' },
    journal: [
      { kind: 'assigned', to: 'U0LIWEI', number: 1, ...anna },
      { kind: 'assigned', to: 'U0ANNA', number: 2, ...anna },
      { kind: 'silenced', untilAt: '2026-03-01T04:12:40.000Z', count: 2, number: 3, ...anna },
      { kind: 'escalated', number: 4, ...anna },
      {
        kind: 'reopened',
        why: 'alert',
        number: 5,
        by: { kind: 'alert', name: 'CoreDNSErrorsHigh' },
        at: bot.at,
      },
      { kind: 'reopened', why: 'recheck', number: 6, ...bot },
    ],
  },
  diagnosing: {
    progress: {
      done: 6,
      total: 9,
      elapsedMs: 4000,
      waiting: [{ label: unseen.label, vantage: unseen.vantage }],
    },
  },
  ...Object.fromEntries(
    Object.entries(diagnoses).map(([name, diagnosis]) => [
      name.replaceAll(' ', '-'),
      { state: name === 'cleared' ? 'resolved' : 'open', diagnosing: false, diagnosis },
    ]),
  ),
};

for (const language of ['en', 'zh'] as const)
  test.each(Object.entries(states))(`the messages of a thread (${language}): %s`, async (name, state) => {
    const incident = sampleIncident({ ...state, language });

    const told = unspoken(incident.journal, 0);
    const thread = {
      root: rootMessage(incident, NOW_MS),
      reply: replyMessage(incident),
      ...(told.length > 0 && { journal: journalMessage(told, language) }),
    };
    for (const message of Object.values(thread)) expect(blockProblems(message.blocks)).toEqual([]);

    await expect(`${JSON.stringify(thread, null, 2)}\n`).toMatchFileSnapshot(
      `golden/${name}.${language}.json`,
    );
  });

// What hurts: markup, mentions, links, fences, escapes, bidi, lone surrogates, wide characters, and plain length.
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '<!channel> <!here> <@U0ANNA> <#C0INCIDENTS> <!subteam^S0ONCALL>',
    '<https://evil.example|kubectl docs> @channel',
    '```\n*bold* _it_ ~no~ `x`\n```',
    '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
    '\u202egnp.exe\u202c \u2066x\u2069 \u0000\u0007',
    '\ud800 half a character \udfff',
    '节点网络不可达',
    'x'.repeat(5000),
    '<'.repeat(4000),
    '😀'.repeat(3000),
  ),
);

const cell = fc.oneof(
  fc.record({ status: fc.constant('ok' as const), ms: fc.nat() }),
  fc.record({ status: fc.constantFrom('failed' as const, 'unknown' as const), note: hostile }),
);
const leg: fc.Arbitrary<Leg> = fc.record({
  control: fc.boolean(),
  from: hostile,
  to: hostile,
  cells: fc.dictionary(hostile, cell, { maxKeys: 4 }),
});

const anyDiagnosis: fc.Arbitrary<Diagnosis> = fc
  .record({
    outcome: fc.constantFrom('root-cause' as const, 'cleared' as const, 'inconclusive' as const),
    words: fc.array(hostile, { minLength: 1, maxLength: 8 }),
    legs: fc.array(leg, { maxLength: 30 }),
    findings: fc.nat({ max: 8 }),
  })
  .map(({ outcome, words, legs, findings }) => {
    const word = (index: number): string => words[index % words.length] ?? '';
    const doubts = words.map((detail) => ({ ...unseen, detail }));
    return {
      ...diagnoses['root cause'],
      cluster: word(0),
      target: { kind: 'name', name: word(1) },
      outcomes: [
        {
          playbook: 'dns',
          outcome,
          legs,
          unchecked: doubts,
          reasons: doubts.map((evidence) => ({ kind: 'unavailable' as const, evidence })),
          known: [{ kind: 'endpoints' as const, service: word(2), ready: 2 }],
        },
      ],
      findings: Array.from({ length: findings }, (_, index) => ({
        ...(index % 3 === 2 ? amplified : dropped),
        node: word(index),
        evidence: [observed(word(index))],
        params:
          index % 3 === 2
            ? { ...amplified.params, pod: word(index), name: word(index + 1) }
            : {
                rule: {
                  text: word(index),
                  table: word(index),
                  chain: word(index),
                  packets: 1,
                  backend: 'nftables',
                },
              },
      })),
    } as Diagnosis;
  });

const everyText = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(everyText);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'text' && typeof each === 'string' ? [each] : everyText(each),
  );
};

test('whatever a cluster holds, its messages stay within the limits and nothing in them acts', () => {
  fc.assert(
    fc.property(anyDiagnosis, fc.constantFrom('en' as const, 'zh' as const), (diagnosis, language) => {
      const request = { ...diagnosis, id: diagnosis.id };
      const incident = sampleIncident({ diagnosing: false, diagnosis, request, language });

      for (const message of [rootMessage(incident, NOW_MS), replyMessage(incident)]) {
        expect(blockProblems(message.blocks)).toEqual([]);
        expect(tooManyBlocks(message.blocks)).toBe(false);
        expect(textLength(message.blocks)).toBeLessThan(11_000);
        expect(message.text.length).toBeLessThanOrEqual(4000);
        expect(message.text).not.toMatch(/[<>]/);
        expect(everyText(message.blocks).join('')).not.toMatch(/[^\P{C}\n\t]/u);
        // Mentions and links exist only as elements of their own, and those are ours.
        expect(JSON.stringify(message.blocks)).not.toMatch(/"type":"(mrkdwn|link|broadcast|usergroup)"/);
      }
    }),
    { numRuns: 150 },
  );
});

test('buttons survive however long the verdict is', () => {
  const [outcome] = diagnoses['root cause'].outcomes;
  const long = { ...diagnoses['root cause'], findings: Array.from({ length: 3 }, () => longFinding) };
  const incident = sampleIncident({
    diagnosing: false,
    diagnosis: { ...long, outcomes: [outcome] } as Diagnosis,
  });

  const { blocks, abridged } = replyMessage(incident);

  expect(blocks.at(-1)).toMatchObject({ type: 'actions' });
  expect(abridged).toBe(true);
});

const longFinding = {
  ...dropped,
  params: { rule: { text: 'x'.repeat(9000), table: 't', chain: 'c', packets: 1, backend: 'nftables' } },
};
