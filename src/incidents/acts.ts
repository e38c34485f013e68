// Carries out what people want to do to an incident: acknowledge, assign, note, escalate, silence, resolve. Answers
// with data; the incident's own rules are `human-acts.ts`.

import { SilenceFailed, type Silencer } from './alert.ts';
import type { HumanEvent } from './human-acts.ts';
import type { Incident } from './incident.ts';
import type { IncidentIntent } from './intent.ts';
import type { AlertLedger, IncidentStore, SurfaceQueue } from './ports.ts';

export type ActReply =
  | { kind: 'acted'; act: HumanEvent['kind']; incident: Incident }
  | { kind: 'refused'; refusal: ActRefusal };

export type ActRefusal =
  | { kind: 'unknown-incident'; id: string }
  /** No id was said, and the words were not in an incident's thread. */
  | { kind: 'incident-needed' }
  /** It is over, or was acknowledged by, or given to, that person before. */
  | { kind: 'nothing-to-do'; act: HumanEvent['kind']; incident: Incident }
  /** No alert of it fires. */
  | { kind: 'no-alert-fires'; id: string }
  /** No Alertmanager is configured. */
  | { kind: 'no-alertmanager' }
  | { kind: 'silence-failed'; reason: string };

export interface ActsParts {
  store: IncidentStore;
  surface: SurfaceQueue;
  ledger: AlertLedger;
  /** Absent: no Alertmanager is configured. */
  silencer?: Silencer;
  /** Slack user group that is called; by cluster. */
  escalationGroupOf(cluster: string): string | undefined;
  clock: { now(): Date };
}

/** Who acts, and where the words were said. */
export interface Acting {
  /** Slack user id. */
  by: string;
  channel: string;
  /** Root of the thread in which it was said; absent outside of threads. */
  threadTs?: string;
}

// A silence of more alerts than this is a silence of the wrong thing.
const SILENCED_AT_MOST = 1000;

export function createActs(parts: ActsParts): {
  act(intent: IncidentIntent, acting: Acting): Promise<ActReply>;
} {
  const { store } = parts;

  async function act(intent: IncidentIntent, acting: Acting): Promise<ActReply> {
    const found = await find(intent.incident, acting);
    if ('kind' in found) return { kind: 'refused', refusal: found };
    const event = await eventOf(intent, found, acting.by);
    if (event.kind === 'refused') return event;
    const changed = await store.apply(found.id, event);
    if (!changed)
      return { kind: 'refused', refusal: { kind: 'nothing-to-do', act: event.kind, incident: found } };
    await parts.surface.wake(changed.id);
    return { kind: 'acted', act: event.kind, incident: changed };
  }

  async function find(id: string | undefined, { channel, threadTs }: Acting): Promise<Incident | ActRefusal> {
    if (id !== undefined) return (await store.load(id)) ?? { kind: 'unknown-incident', id };
    if (threadTs === undefined) return { kind: 'incident-needed' };
    const open = await store.listOpen();
    const here = open.find(({ thread }) => thread.channel === channel && thread.rootTs === threadTs);
    return here ?? { kind: 'incident-needed' };
  }

  async function eventOf(
    intent: IncidentIntent,
    incident: Incident,
    by: string,
  ): Promise<HumanEvent | Extract<ActReply, { kind: 'refused' }>> {
    const at = parts.clock.now().toISOString();
    switch (intent.verb) {
      case 'ack':
        return { kind: 'acknowledged', by, at };
      case 'resolve':
        return { kind: 'resolved', by, at };
      case 'assign':
        return { kind: 'assigned', by, to: intent.to === 'me' ? by : intent.to, at };
      case 'note':
        return { kind: 'noted', by, text: intent.text, at };
      case 'escalate': {
        const group = parts.escalationGroupOf(incident.request.cluster);
        return { kind: 'escalated', by, at, ...(group !== undefined && { group }) };
      }
      case 'silence':
        return silence(incident, intent.minutes, by, at);
    }
  }

  async function silence(
    { id }: Incident,
    minutes: number,
    by: string,
    at: string,
  ): Promise<HumanEvent | Extract<ActReply, { kind: 'refused' }>> {
    if (!parts.silencer) return { kind: 'refused', refusal: { kind: 'no-alertmanager' } };
    const alerts = await parts.ledger.firingIn(id, SILENCED_AT_MOST);
    if (alerts.length === 0) return { kind: 'refused', refusal: { kind: 'no-alert-fires', id } };
    const untilAt = new Date(Date.parse(at) + minutes * 60_000).toISOString();
    try {
      const comment = `cni-triage incident ${id}`;
      const count = await parts.silencer.silence(alerts, { untilAt, by, comment });
      return { kind: 'silenced', by, untilAt, count, at };
    } catch (error) {
      if (!(error instanceof SilenceFailed)) throw error;
      return { kind: 'refused', refusal: { kind: 'silence-failed', reason: error.reason } };
    }
  }

  return { act };
}
