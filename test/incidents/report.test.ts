// Response and resolution times per fault type, against the times of the guide.

import { expect, test } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { guideResponseMinutes } from '../../src/incidents/priority.ts';
import { reportOn } from '../../src/incidents/report.ts';
import { sampleRequest } from '../support/sample-diagnosis.ts';
import { sampleIncident } from '../support/verdict-samples.ts';

const minute = (count: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00Z') + count * 60_000).toISOString();
const bot = { kind: 'bot' } as const;

interface Story {
  answeredAfter?: number;
  endedAfter?: number;
  playbook?: string;
  cluster?: string;
  changes?: Partial<Incident>;
}

function incident({
  answeredAfter,
  endedAfter,
  playbook = 'dns',
  cluster = 'prod-eu',
  changes,
}: Story): Incident {
  const due = playbook === 'dns' ? 30 : 15;
  return sampleIncident({
    request: sampleRequest({ playbook, cluster }),
    diagnosing: false,
    openedAt: minute(0),
    clock: {
      startedAt: minute(0),
      dueAt: minute(due),
      told: 0,
      ...(answeredAfter !== undefined && {
        answered: { by: 'U1', act: 'acknowledged', at: minute(answeredAfter) },
      }),
    },
    ...(endedAfter !== undefined && {
      state: 'resolved',
      journal: [{ kind: 'resolved', why: 'cleared', number: 1, by: bot, at: minute(endedAfter) }],
    }),
    ...changes,
  });
}

const rowsOf = (stories: Story[], cluster?: string) =>
  reportOn(
    stories.map(incident),
    { sinceAt: minute(-10), untilAt: minute(100), ...(cluster && { cluster }) },
    guideResponseMinutes,
  ).rows;

test('medians are over those that were answered, and over those that ended', () => {
  const stories = [
    { answeredAfter: 4, endedAfter: 50 },
    { answeredAfter: 10 },
    { answeredAfter: 90, endedAfter: 95 },
  ];

  expect(rowsOf(stories)).toEqual([
    {
      fault: 'dns',
      dueMinutes: 30,
      incidents: 3,
      open: 1,
      answered: 3,
      breached: 1,
      medianResponseMs: 10 * 60_000,
      medianResolutionMs: 72.5 * 60_000,
    },
  ]);
});

test('the shortest time comes first', () => {
  expect(rowsOf([{}, { playbook: 'cluster' }]).map(({ fault }) => fault)).toEqual(['cluster', 'dns']);
});

test.each<[string, Story, number]>([
  ['nobody answered in time', {}, 1],
  ['it ended by itself in time', { endedAfter: 20 }, 0],
  ['it ended by itself too late', { endedAfter: 40 }, 1],
  ['it was answered too late', { answeredAfter: 31 }, 1],
  ['it was answered in time', { answeredAfter: 29 }, 0],
  [
    'it was reopened after a breach',
    { answeredAfter: 1, changes: { journal: [{ kind: 'overdue', number: 1, by: bot, at: minute(30) }] } },
    1,
  ],
])('when %s there are %o breaches', (_, story, breaches) => {
  expect(rowsOf([story])[0]?.breached).toBe(breaches);
});

test.each<[string, Story]>([
  ['went into another incident', { changes: { mergedInto: 'dns-b' } }],
  ['was opened before the period', { changes: { openedAt: minute(-11) } }],
  ['is of another cluster', { cluster: 'prod-us' }],
])('what %s is not counted', (_, story) => {
  expect(rowsOf([story], 'prod-eu')).toEqual([]);
});
