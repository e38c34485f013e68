// An incident: the life of one problem and its one thread. A record and one pure `apply(incident, event)`; what people do to it
// is `human-acts.ts`.
//
//   open ──ack, assign──> acknowledged            any of these ──cleared, and no alert fires──> resolved
//   open, acknowledged ──cleared while an alert fires, after a cause was seen──> mitigated
//   mitigated, resolved ──a cause again, an alert again──> reopened, with a new response clock
//
// A diagnosis may run in any of these states. No clock is read: instants come with events.

import { type Diagnosis, type DiagnosisRequest, verdictOf } from '../diagnosis/diagnosis.ts';
import type { Priority } from '../diagnosis/finding.ts';
import type { ProbeLabel, Vantage } from '../diagnosis/probe.ts';
import { describeTarget } from '../diagnosis/target.ts';
import { type HumanEvent, isHuman, withApproval, withHumanAct } from './human-acts.ts';
import type { Language } from './intent.ts';
import { type Actor, type JournalEntry, type JournalEvent, record } from './journal.ts';
import { priorityAfter, priorityBefore, type ResponseMinutes, respondBy } from './priority.ts';
import type { ClockStep, ResponseClock } from './response-clock.ts';

export type IncidentState = 'open' | 'acknowledged' | 'mitigated' | 'resolved' | 'reopened';

export interface Incident {
  /** Short enough to be typed: `dns-7k2p`. */
  id: string;
  /** The diagnosis that runs, or the last one that ran. */
  request: DiagnosisRequest;
  state: IncidentState;
  /** Whether a diagnosis runs. */
  diagnosing: boolean;
  priority: Priority;
  language: Language;
  openedAt: string;
  openedBy: Actor;
  /** Slack user id of the person who acknowledged it or was given it; absent: nobody. */
  owner?: string;
  clock: ResponseClock;
  /** Alerts that belong to it; absent when a person asked and no alert has joined. */
  alerts?: AlertTally;
  /** What its alerts are about, each once, at most as many as make it a matter of the whole cluster. */
  scopes?: string[];
  /** Alerts that the sender knows of and left out of its messages; absent: none. */
  truncated?: number;
  journal: JournalEntry[];
  /** Incident that it went into, because both have the same cause. */
  mergedInto?: string;
  /** Instant of the latest re-check; absent while the diagnosis is the one that opened the incident. */
  recheckedAt?: string;
  /** Whether the running or last diagnosis was asked for because the alerts had ended. */
  afterAlerts?: boolean;
  /** Whether a diagnosis of this incident has found a cause. */
  causeSeen?: boolean;
  thread: Thread;
  /** Only while diagnosing, and not before the first question was answered. */
  progress?: Progress;
  diagnosis?: Diagnosis;
  /** Why the last diagnosis ended without a verdict; never together with `diagnosis`. */
  failure?: DiagnosisFailure;
}

export interface AlertTally {
  firing: number;
  /** All that ever joined, each once. */
  joined: number;
  /** Name -> how many of that name joined. */
  names: Record<string, number>;
  /** Since when none fires; absent while one does. */
  endedAt?: string;
}

/** Message timestamps as Slack returned them; absent while not posted. */
export interface Thread {
  channel: string;
  rootTs?: string;
  /** The reply that holds the progress line and later the verdict; a re-check gets a reply of its own. */
  replyTs?: string;
  /** Diagnosis whose evidence file is already in the thread. */
  evidenceOf?: string;
  /** Number of the last journal entry that the thread was told; absent: none. */
  toldUpTo?: number;
  /** Why the channel takes no messages, in Slack's word (`is_archived`); rendering rests until the next re-check. */
  unreachable?: string;
}

export interface Progress {
  /** What the cluster is made of; absent until its nodes have been listed. */
  overview?: { cni: string; nodes: number; notReady: string[] };
  done: number;
  total: number;
  elapsedMs: number;
  /** The longest outstanding checks, at most five. */
  waiting: { label: ProbeLabel; vantage: Vantage }[];
}

export type DiagnosisFailure =
  /** No worker of that cluster takes jobs. */
  | { kind: 'no-worker' }
  /** An alert names a cluster of which no worker was ever heard. */
  | { kind: 'unknown-cluster' }
  | { kind: 'cluster-unreachable'; detail: string }
  | { kind: 'no-permission'; detail: string }
  | { kind: 'target-missing'; what: 'pod' | 'node' | 'namespace'; name: string; nearest: string[] }
  | { kind: 'target-ambiguous'; what: 'pod'; name: string; candidates: string[] }
  | { kind: 'timed-out' }
  /** Ended by the kill switch. */
  | { kind: 'stopped' }
  /** Our bug; the log has the error under this incident's id. */
  | { kind: 'internal' };

export type IncidentEvent =
  | HumanEvent
  /** `channel`: where it was asked; the thread moves there if its own channel takes no messages. */
  | {
      kind: 'diagnosis-requested';
      request: DiagnosisRequest;
      at: string;
      channel?: string;
      afterAlerts?: boolean;
    }
  | { kind: 'progressed'; diagnosisId: string; progress: Progress }
  | { kind: 'finished'; diagnosis: Diagnosis; at: string }
  | { kind: 'failed'; diagnosisId: string; failure: DiagnosisFailure; at: string }
  | { kind: 'posted'; thread: Partial<Omit<Thread, 'channel'>> }
  /** `name`: the alert that changed it. The tally replaces the one before, so that telling twice changes nothing. */
  | {
      kind: 'alerts-changed';
      tally: AlertTally;
      name: string;
      /** What the alerts are about, as alert-placement.ts has it. */
      scopes: string[];
      truncated: number;
      at: string;
    }
  /** `group`: user group that is called at the breach. */
  | { kind: 'clock-passed'; step: Exclude<ClockStep, 0>; at: string; group?: string }
  /** A person said yes to a fix of it, which is an answer too. `by`: Slack user id. */
  | { kind: 'fix-approved'; by: string; at: string }
  | { kind: 'merged'; into: string; at: string }
  | { kind: 'absorbed'; incident: string; alerts: number; at: string };

export interface Opening {
  id: string;
  request: DiagnosisRequest;
  by: Actor;
  channel: string;
  language: Language;
  at: string;
}

export type Applied =
  | { ok: true; incident: Incident }
  /** stale-diagnosis: about a diagnosis that is no longer the incident's; wrong-state: does not fit its state. */
  | { ok: false; refusal: 'stale-diagnosis' | 'wrong-state' };

const bot: Actor = { kind: 'bot' };

const KEPT_SCOPES = 10;

export function openIncident(opening: Opening, minutes: ResponseMinutes): Incident {
  const { playbook, target } = opening.request;
  const priority = priorityBefore(playbook, target);
  return {
    id: opening.id,
    request: opening.request,
    state: 'open',
    diagnosing: true,
    priority,
    language: opening.language,
    openedAt: opening.at,
    openedBy: opening.by,
    clock: {
      startedAt: opening.at,
      dueAt: respondBy(opening.at, playbook, priority, minutes),
      told: 0,
    },
    journal: [],
    thread: { channel: opening.channel },
  };
}

export function apply(incident: Incident, event: IncidentEvent, minutes: ResponseMinutes): Applied {
  if (isHuman(event)) return withHumanAct(incident, event);
  switch (event.kind) {
    case 'diagnosis-requested':
      return requested(incident, event);
    case 'progressed':
      return whileDiagnosing(incident, event.diagnosisId, (running) => ({
        ...running,
        progress: event.progress,
      }));
    case 'finished':
      return whileDiagnosing(incident, event.diagnosis.id, (running) =>
        finished(running, event.diagnosis, event.at, minutes),
      );
    case 'failed':
      return whileDiagnosing(incident, event.diagnosisId, ({ progress: _, ...running }) =>
        keptOpen({ ...running, diagnosing: false, failure: event.failure }, 'no-verdict', event.at),
      );
    case 'posted':
      return { ok: true, incident: { ...incident, thread: { ...incident.thread, ...event.thread } } };
    case 'alerts-changed':
      return alertsChanged(incident, event, minutes);
    case 'clock-passed':
      return clockPassed(incident, event);
    case 'fix-approved':
      return withApproval(incident, event);
    case 'merged': {
      if (incident.mergedInto !== undefined || incident.state === 'resolved') return refused;
      const merged = noted(incident, { kind: 'merged', into: event.into }, event.at);
      return { ok: true, incident: { ...merged, state: 'resolved', mergedInto: event.into } };
    }
    case 'absorbed': {
      const { incident: other, alerts, at } = event;
      const known = incident.journal.some((entry) => entry.kind === 'absorbed' && entry.incident === other);
      if (known) return refused;
      return { ok: true, incident: noted(incident, { kind: 'absorbed', incident: other, alerts }, at) };
    }
  }
}

/** Instant from which the running (or last) diagnosis counts. */
export const requestedAt = (incident: Incident): string => incident.recheckedAt ?? incident.openedAt;

/** Nothing is left to be done: it may be forgotten some day, and an equal problem is a new incident. */
export const isSettled = ({ state, diagnosing }: Incident): boolean => state === 'resolved' && !diagnosing;

/** Equal problems have equal keys: one unresolved incident each. */
export const problemKey = (request: DiagnosisRequest): string =>
  `${request.cluster}|${request.playbook}|${describeTarget(request.target)}`;

const refused: Applied = { ok: false, refusal: 'wrong-state' };

const noted = (incident: Incident, event: JournalEvent, at: string, by: Actor = bot): Incident => ({
  ...incident,
  journal: record(incident.journal, event, by, at),
});

function requested(
  incident: Incident,
  { request, at, channel, afterAlerts = false }: Extract<IncidentEvent, { kind: 'diagnosis-requested' }>,
): Applied {
  if (incident.diagnosing) return refused;
  const { progress: _, diagnosis: __, failure: ___, ...kept } = incident;
  const thread = threadOfRecheck(incident.thread, channel);
  return {
    ok: true,
    incident: { ...kept, request, diagnosing: true, recheckedAt: at, afterAlerts, thread },
  };
}

function threadOfRecheck(
  { replyTs: _, unreachable, ...thread }: Thread,
  channel: string | undefined,
): Thread {
  return unreachable && channel && channel !== thread.channel ? { channel } : thread;
}

function finished(
  { progress: _, failure: __, ...running }: Incident,
  diagnosis: Diagnosis,
  at: string,
  minutes: ResponseMinutes,
): Incident {
  const priority = priorityAfter(diagnosis);
  const dueAt = respondBy(running.clock.startedAt, diagnosis.playbook, priority, minutes);
  const clock = { ...running.clock, dueAt };
  const ended: Incident = { ...running, diagnosing: false, priority, clock, diagnosis };
  switch (verdictOf(diagnosis)) {
    case 'cleared':
      return cleared(ended, at);
    case 'root-cause': {
      const again = ended.state === 'resolved' || ended.state === 'mitigated';
      const seen: Incident = { ...ended, causeSeen: true };
      return again ? reopened(seen, 'recheck', at, minutes) : keptOpen(seen, 'cause-remains', at);
    }
    case 'inconclusive':
      return keptOpen(ended, 'no-verdict', at);
  }
}

/** An alert that still fires knows something that was not seen: its incident is not over. */
function cleared(incident: Incident, at: string): Incident {
  if (incident.state === 'resolved') return incident;
  if (!incident.alerts || incident.alerts.firing === 0) {
    const why = incident.afterAlerts ? 'alerts-ended' : 'cleared';
    return { ...noted(incident, { kind: 'resolved', why }, at), state: 'resolved' };
  }
  if (!incident.causeSeen || incident.state === 'mitigated') return incident;
  return { ...noted(incident, { kind: 'mitigated' }, at), state: 'mitigated' };
}

/** Says why the end of the alerts was not the end of the incident. */
const keptOpen = (incident: Incident, why: 'cause-remains' | 'no-verdict', at: string): Incident =>
  incident.afterAlerts && incident.state !== 'resolved'
    ? noted(incident, { kind: 'kept-open', why }, at)
    : incident;

function reopened(
  incident: Incident,
  why: 'alert' | 'recheck',
  at: string,
  minutes: ResponseMinutes,
): Incident {
  const { mergedInto: _, ...kept } = incident;
  const dueAt = respondBy(at, incident.request.playbook, incident.priority, minutes);
  return {
    ...noted(kept, { kind: 'reopened', why }, at),
    state: 'reopened',
    clock: { startedAt: at, dueAt, told: 0 },
  };
}

function alertsChanged(
  incident: Incident,
  { tally, name, scopes, truncated, at }: Extract<IncidentEvent, { kind: 'alerts-changed' }>,
  minutes: ResponseMinutes,
): Applied {
  const leftOut = Math.max(incident.truncated ?? 0, truncated);
  const changed: Incident = {
    ...incident,
    alerts: tally,
    scopes: [...new Set([...(incident.scopes ?? []), ...scopes])].slice(0, KEPT_SCOPES),
    ...(leftOut > 0 && { truncated: leftOut }),
  };
  const firesAgain = incident.state === 'resolved' && tally.firing > (incident.alerts?.firing ?? 0);
  if (!firesAgain) return { ok: true, incident: changed };
  const again = reopened(changed, 'alert', at, minutes);
  const journal = record(incident.journal, { kind: 'reopened', why: 'alert' }, { kind: 'alert', name }, at);
  return { ok: true, incident: { ...again, journal } };
}

function clockPassed(
  incident: Incident,
  { step, at, group }: Extract<IncidentEvent, { kind: 'clock-passed' }>,
): Applied {
  const { clock, state } = incident;
  if (clock.answered || clock.told >= step || state === 'resolved') return refused;
  const told: Incident = { ...incident, clock: { ...clock, told: step } };
  const event: JournalEvent =
    step === 100
      ? { kind: 'overdue', ...(group !== undefined && { group }) }
      : { kind: 'reminded', percent: step, dueAt: clock.dueAt };
  return { ok: true, incident: noted(told, event, at) };
}

function whileDiagnosing(
  incident: Incident,
  diagnosisId: string,
  next: (running: Incident) => Incident,
): Applied {
  if (incident.request.id !== diagnosisId) return { ok: false, refusal: 'stale-diagnosis' };
  if (!incident.diagnosing) return refused;
  return { ok: true, incident: next(incident) };
}
