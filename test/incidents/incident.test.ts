// The life of an incident: which events fit which state, and what follows from them.

import { expect, test } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Finding, Priority } from '../../src/diagnosis/finding.ts';
import type { Target } from '../../src/diagnosis/target.ts';
import {
  type Applied,
  apply,
  type Incident,
  type IncidentEvent,
  openIncident,
} from '../../src/incidents/incident.ts';
import { guideResponseMinutes } from '../../src/incidents/priority.ts';
import { sampleDiagnosis, sampleRequest } from '../support/sample-diagnosis.ts';

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T01:00:00.000Z';

const open = (playbook = 'dns', target: Target = { kind: 'cluster' }): Incident =>
  openIncident(
    {
      id: 'dns-a',
      request: sampleRequest({ playbook, target }),
      by: { kind: 'person', id: 'U1' },
      channel: 'C1',
      language: 'en',
      at: AT,
    },
    guideResponseMinutes,
  );

const after = (incident: Incident, event: IncidentEvent): Applied =>
  apply(incident, event, guideResponseMinutes);

function accepted(incident: Incident, event: IncidentEvent): Incident {
  const applied = after(incident, event);
  if (!applied.ok) throw new Error(applied.refusal);
  return applied.incident;
}

const finished = (outcome: 'root-cause' | 'cleared' | 'inconclusive'): IncidentEvent => ({
  kind: 'finished',
  at: AT,
  diagnosis: sampleDiagnosis(sampleRequest(), outcome),
});
const failed: IncidentEvent = {
  kind: 'failed',
  diagnosisId: 'd-sample',
  failure: { kind: 'no-worker' },
  at: AT,
};
const progressed: IncidentEvent = {
  kind: 'progressed',
  diagnosisId: 'd-sample',
  progress: { done: 1, total: 2, elapsedMs: 3, waiting: [] },
};
const rechecked: Extract<IncidentEvent, { kind: 'diagnosis-requested' }> = {
  kind: 'diagnosis-requested',
  request: sampleRequest({ id: 'd-next' }),
  at: LATER,
};

test.each([
  ['root-cause', 'open'],
  ['inconclusive', 'open'],
  ['cleared', 'resolved'],
] as const)('a diagnosis that ends as %s leaves the incident %s', (outcome, state) => {
  const incident = accepted(accepted(open(), progressed), finished(outcome));

  expect(incident.state).toBe(state);
  expect(incident.diagnosis?.id).toBe('d-sample');
  expect(incident.progress).toBeUndefined();
});

test('a failed diagnosis leaves the incident open with the reason', () => {
  const incident = accepted(accepted(open(), progressed), failed);

  expect(incident).toMatchObject({ state: 'open', failure: { kind: 'no-worker' } });
  expect(incident.progress).toBeUndefined();
});

test.each(['root-cause', 'cleared'] as const)(
  'after %s a re-check starts afresh in a reply of its own',
  (outcome) => {
    const thread = { rootTs: '1', replyTs: '2', evidenceOf: 'd-sample', unreachable: 'is_archived' };
    const ended = accepted(accepted(open(), finished(outcome)), { kind: 'posted', thread });

    const incident = accepted(ended, rechecked);

    expect(incident).toMatchObject({ diagnosing: true, request: { id: 'd-next' }, recheckedAt: LATER });
    expect(incident.diagnosis).toBeUndefined();
    expect(incident.thread).toEqual({ channel: 'C1', rootTs: '1', evidenceOf: 'd-sample' });
  },
);

test('a re-check from another channel moves the thread there only when its own takes no messages', () => {
  const ended = accepted(open(), failed);
  const archived = accepted(ended, { kind: 'posted', thread: { rootTs: '1', unreachable: 'is_archived' } });
  const fromElsewhere: IncidentEvent = { ...rechecked, channel: 'C2' };

  expect(accepted(ended, fromElsewhere).thread).toEqual({ channel: 'C1' });
  expect(accepted(archived, fromElsewhere).thread).toEqual({ channel: 'C2' });
});

test.each<[string, Incident, IncidentEvent, string]>([
  ['a re-check while diagnosing', open(), rechecked, 'wrong-state'],
  ['an end after the end', accepted(open(), failed), finished('cleared'), 'wrong-state'],
  ['progress after the end', accepted(open(), finished('cleared')), progressed, 'wrong-state'],
  [
    'the end of an earlier diagnosis',
    accepted(accepted(open(), failed), rechecked),
    finished('cleared'),
    'stale-diagnosis',
  ],
  [
    'progress of an earlier diagnosis',
    accepted(accepted(open(), failed), rechecked),
    progressed,
    'stale-diagnosis',
  ],
])('%s is refused', (_, incident, event, refusal) => {
  expect(after(incident, event)).toEqual({ ok: false, refusal });
});

test('applying an event changes nothing in place', () => {
  const incident = Object.freeze(open());

  accepted(incident, { kind: 'posted', thread: { rootTs: '1' } });

  expect(incident.thread).toEqual({ channel: 'C1' });
});

test.each<[string, Target, Priority, number]>([
  ['cluster', { kind: 'cluster' }, 'P0', 15],
  ['pod', { kind: 'pod', pod: { namespace: 'shop', name: 'web' } }, 'P1', 15],
  ['dns', { kind: 'cluster' }, 'P1', 30],
  ['cross-node', { kind: 'cluster' }, 'P1', 60],
  ['ipam', { kind: 'cluster' }, 'P1', 120],
  ['policy', { kind: 'cluster' }, 'P2', 240],
  ['mtu', { kind: 'cluster' }, 'P2', 240],
])('a fault of type %s on %o opens as %s, due in %i minutes', (playbook, target, priority, minutes) => {
  const incident = open(playbook, target);

  expect(incident.priority).toBe(priority);
  expect(Date.parse(incident.clock.dueAt) - Date.parse(AT)).toBe(minutes * 60_000);
});

const cause = (priority: Priority, node?: string, advisory = false): Finding =>
  ({
    code: 'dns.any',
    subject: { kind: 'cluster' },
    priority,
    advisory,
    ...(node && { node }),
  }) as unknown as Finding;

function diagnosisWith(findings: Finding[], nodes: string[]): Diagnosis {
  const diagnosis = sampleDiagnosis(sampleRequest(), 'root-cause');
  const facts = {
    ...diagnosis.facts,
    nodes: nodes.map((name) => ({ name }) as Diagnosis['facts']['nodes'][number]),
  };
  return { ...diagnosis, findings, facts };
}

test.each<[string, Finding[], Priority, number]>([
  ['a cause on one node keeps its own priority', [cause('P1', 'n1')], 'P1', 30],
  ['a lesser cause lowers it', [cause('P2', 'n1')], 'P2', 30],
  ['the worst of several counts', [cause('P2'), cause('P0')], 'P0', 15],
  ['a P1 on every node is an outage', [cause('P1', 'n1'), cause('P1', 'n2')], 'P0', 15],
  ['advice does not count', [cause('P0', 'n1', true)], 'P1', 30],
  ['one dead place of several is no outage', [cause('P0', 'n1')], 'P1', 30],
  ['lesser causes everywhere are no outage', [cause('P2', 'n1'), cause('P2', 'n2')], 'P2', 30],
])('%s', (_, findings, priority, minutes) => {
  const diagnosis = diagnosisWith(findings, ['n1', 'n2']);

  const incident = accepted(open(), { kind: 'finished', diagnosis, at: AT });

  expect(incident.priority).toBe(priority);
  expect(Date.parse(incident.clock.dueAt) - Date.parse(AT)).toBe(minutes * 60_000);
});
