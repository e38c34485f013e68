// What people do to an incident: acknowledge, assign, note, escalate, silence, resolve. The first act that takes it up
// stops the response clock; a note or a silence is no answer.

import type { Applied, Incident } from './incident.ts';
import { type Actor, type JournalEvent, record } from './journal.ts';
import { answer, type HumanAct } from './response-clock.ts';

/** `by`, `to`: Slack user ids. */
export type HumanEvent =
  | { kind: 'acknowledged'; by: string; at: string }
  | { kind: 'assigned'; by: string; to: string; at: string }
  | { kind: 'noted'; by: string; text: string; at: string }
  | { kind: 'escalated'; by: string; group?: string; at: string }
  /** `count`: silences that Alertmanager has accepted. */
  | { kind: 'silenced'; by: string; untilAt: string; count: number; at: string }
  | { kind: 'resolved'; by: string; at: string };

const kinds: Record<HumanEvent['kind'], true> = {
  acknowledged: true,
  assigned: true,
  noted: true,
  escalated: true,
  silenced: true,
  resolved: true,
};

export const isHuman = (event: { kind: string }): event is HumanEvent => event.kind in kinds;

export function withHumanAct(incident: Incident, event: HumanEvent): Applied {
  const by: Actor = { kind: 'person', id: event.by };
  const written = (entry: JournalEvent, changes: Partial<Incident> = {}): Applied => ({
    ok: true,
    incident: { ...incident, ...changes, journal: record(incident.journal, entry, by, event.at) },
  });

  switch (event.kind) {
    case 'noted':
      return written({ kind: 'noted', text: event.text });
    case 'silenced':
      return written({ kind: 'silenced', untilAt: event.untilAt, count: event.count });
    case 'acknowledged':
      // Acknowledged by its owner already: a second click changes nothing.
      if (incident.state === 'resolved' || incident.owner === event.by) return refused;
      return written({ kind: 'acknowledged' }, taken(incident, event.by, event, 'acknowledged'));
    case 'assigned':
      if (incident.state === 'resolved' || incident.owner === event.to) return refused;
      return written({ kind: 'assigned', to: event.to }, taken(incident, event.to, event, 'assigned'));
    case 'escalated':
      if (incident.state === 'resolved') return refused;
      return written({ kind: 'escalated', ...(event.group !== undefined && { group: event.group }) });
    case 'resolved':
      if (incident.state === 'resolved') return refused;
      return written(
        { kind: 'resolved', why: 'by-hand' },
        { state: 'resolved', clock: answer(incident.clock, event.by, 'resolved', event.at) },
      );
  }
}

/** Stops the response clock; whose incident it is stays open. Nothing changes when somebody has acted before. */
export function withApproval(incident: Incident, { by, at }: { by: string; at: string }): Applied {
  const { state, clock } = incident;
  if (state === 'resolved' || clock.answered) return refused;
  return { ok: true, incident: { ...incident, ...answered(incident, { by, at }, 'approved') } };
}

const refused: Applied = { ok: false, refusal: 'wrong-state' };

const taken = (
  incident: Incident,
  owner: string,
  given: { by: string; at: string },
  act: HumanAct,
): Partial<Incident> => ({ ...answered(incident, given, act), owner });

const answered = (
  { state, clock }: Incident,
  { by, at }: { by: string; at: string },
  act: HumanAct,
): Partial<Incident> => ({
  // What is mitigated stays so: it says more.
  state: state === 'mitigated' ? state : 'acknowledged',
  clock: answer(clock, by, act, at),
});
