// What people do to an incident, and what that does to its response clock.

import { describe, expect, test } from 'vitest';
import type { HumanEvent } from '../../src/incidents/human-acts.ts';
import { apply, type Incident, openIncident } from '../../src/incidents/incident.ts';
import { guideResponseMinutes } from '../../src/incidents/priority.ts';
import { isBreached, nextStep } from '../../src/incidents/response-clock.ts';
import { sampleRequest } from '../support/sample-diagnosis.ts';

const minute = (count: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00Z') + count * 60_000).toISOString();

const opened: Incident = openIncident(
  {
    id: 'dns-a',
    request: sampleRequest({ playbook: 'dns' }),
    by: { kind: 'alert', name: 'CoreDNSDown' },
    channel: 'C1',
    language: 'en',
    at: minute(0),
  },
  guideResponseMinutes,
);

type Event = Parameters<typeof apply>[1];

const following = (incident: Incident, ...events: Event[]): Incident =>
  events.reduce((current, event) => {
    const applied = apply(current, event, guideResponseMinutes);
    if (!applied.ok) throw new Error(applied.refusal);
    return applied.incident;
  }, incident);

const refusalOf = (incident: Incident, event: Event): string | undefined => {
  const applied = apply(incident, event, guideResponseMinutes);
  return applied.ok ? undefined : applied.refusal;
};

const ack: HumanEvent = { kind: 'acknowledged', by: 'U1', at: minute(4) };
const assign: HumanEvent = { kind: 'assigned', by: 'U1', to: 'U2', at: minute(5) };
const resolve: HumanEvent = { kind: 'resolved', by: 'U1', at: minute(9) };
const note: HumanEvent = { kind: 'noted', by: 'U1', text: 'looking', at: minute(3) };
const silence: HumanEvent = { kind: 'silenced', by: 'U1', untilAt: minute(60), count: 2, at: minute(3) };

describe('the response clock', () => {
  test.each([
    ['acknowledged', ack, 'acknowledged', 'U1'],
    ['given to somebody', assign, 'acknowledged', 'U2'],
    ['resolved by hand', resolve, 'resolved', undefined],
  ] as const)('stops when the incident is %s', (_, event, state, owner) => {
    const incident = following(opened, event);

    expect(incident.clock.answered).toMatchObject({ by: 'U1', at: event.at });
    expect(incident).toMatchObject({ state, ...(owner && { owner }) });
    expect(nextStep(incident.clock, Date.parse(minute(500)))).toBeUndefined();
  });

  test.each([
    ['a note', note],
    ['a silence', silence],
    ['an escalation', { kind: 'escalated', by: 'U1', at: minute(3) }],
  ] as const)('goes on after %s', (_, event) => {
    expect(following(opened, event).clock.answered).toBeUndefined();
  });

  test('keeps the first answer when others follow', () => {
    const incident = following(opened, ack, assign);

    expect(incident.clock.answered).toMatchObject({ by: 'U1', act: 'acknowledged', at: minute(4) });
    expect(incident.owner).toBe('U2');
  });

  test.each([
    [14, undefined],
    [15, 50],
    [23, 50],
    [24, 80],
    [30, 100],
    [3000, 100],
  ] as const)('of thirty minutes has a step to tell after %i: %s', (minutes, step) => {
    expect(nextStep(opened.clock, Date.parse(minute(minutes)))).toBe(step);
  });

  test('tells each step once, and skips those that passed while nobody looked', () => {
    const told = following(opened, { kind: 'clock-passed', step: 80, at: minute(25) });

    expect(refusalOf(told, { kind: 'clock-passed', step: 50, at: minute(25) })).toBe('wrong-state');
    expect(refusalOf(told, { kind: 'clock-passed', step: 80, at: minute(25) })).toBe('wrong-state');
    expect(told.journal).toMatchObject([{ kind: 'reminded', percent: 80, dueAt: minute(30) }]);
  });

  test('that is over calls the user group, and is a breach also when an answer comes later', () => {
    const over = following(opened, { kind: 'clock-passed', step: 100, at: minute(31), group: 'S1' });
    const answered = following(over, { ...ack, at: minute(40) });

    expect(over.journal.at(-1)).toMatchObject({ kind: 'overdue', group: 'S1', by: { kind: 'bot' } });
    expect(isBreached(answered.clock, minute(50))).toBe(true);
  });
});

describe('is refused', () => {
  test.each([
    ['to acknowledge twice', following(opened, ack), ack],
    ['to give it to whom it belongs', following(opened, assign), assign],
    ['to acknowledge what is resolved', following(opened, resolve), ack],
    ['to resolve twice', following(opened, resolve), resolve],
    [
      'to escalate what is resolved',
      following(opened, resolve),
      { kind: 'escalated', by: 'U1', at: minute(9) },
    ],
  ] as const)('%s', (_, incident, event) => {
    expect(refusalOf(incident, event)).toBe('wrong-state');
  });
});

test('a fix that somebody approves answers too, once, and leaves open whose incident it is', () => {
  const approved: Event = { kind: 'fix-approved', by: 'U3', at: minute(6) };

  const answered = following(opened, approved);
  const later = following(opened, ack);

  expect(answered).toMatchObject({
    state: 'acknowledged',
    clock: { answered: { by: 'U3', act: 'approved' } },
  });
  expect(answered.owner).toBeUndefined();
  expect(refusalOf(later, approved)).toBe('wrong-state');
});

test('every act is in the journal, with who and when', () => {
  const { journal } = following(opened, note, ack, assign, silence, resolve);

  expect(journal.map(({ number, kind, by, at }) => [number, kind, by, at])).toEqual([
    [1, 'noted', { kind: 'person', id: 'U1' }, minute(3)],
    [2, 'acknowledged', { kind: 'person', id: 'U1' }, minute(4)],
    [3, 'assigned', { kind: 'person', id: 'U1' }, minute(5)],
    [4, 'silenced', { kind: 'person', id: 'U1' }, minute(3)],
    [5, 'resolved', { kind: 'person', id: 'U1' }, minute(9)],
  ]);
});
