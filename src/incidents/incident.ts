// An incident: the life of one problem and its one thread. A record and one pure `apply(incident, event)`.
//
//   diagnosing --finished--> open (root cause or inconclusive) | resolved (cleared)
//   diagnosing --failed----> open, with the reason in `failure`
//   open | resolved --diagnosis-requested--> diagnosing
//
// Clocks, acknowledgement and approvals join here as further events. No clock is read: instants come with events.

import { type Diagnosis, type DiagnosisRequest, verdictOf } from '../diagnosis/diagnosis.ts';
import type { Priority } from '../diagnosis/finding.ts';
import type { ProbeLabel, Vantage } from '../diagnosis/probe.ts';
import { describeTarget } from '../diagnosis/target.ts';
import type { Language } from './intent.ts';
import { priorityAfter, priorityBefore, type ResponseMinutes, respondBy } from './priority.ts';

export interface Incident {
  /** Short enough to be typed: `dns-7k2p`. */
  id: string;
  /** The diagnosis that runs, or the last one that ran. */
  request: DiagnosisRequest;
  state: 'diagnosing' | 'open' | 'resolved';
  priority: Priority;
  language: Language;
  openedAt: string;
  /** Slack user id of the person who asked. */
  openedBy: string;
  /** Instant until which the first human act is due, derived from the fault type (source guide 7.2). */
  respondBy: string;
  /** Instant of the latest re-check; absent while the diagnosis is the one that opened the incident. */
  recheckedAt?: string;
  thread: Thread;
  /** Only while diagnosing, and not before the first question was answered. */
  progress?: Progress;
  diagnosis?: Diagnosis;
  /** Why the last diagnosis ended without a verdict; never together with `diagnosis`. */
  failure?: DiagnosisFailure;
}

/** Message timestamps as Slack returned them; absent while not posted. */
export interface Thread {
  channel: string;
  rootTs?: string;
  /** The reply that holds the progress line and later the verdict; a re-check gets a reply of its own. */
  replyTs?: string;
  /** Diagnosis whose evidence file is already in the thread. */
  evidenceOf?: string;
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
  /** `channel`: where it was asked; the thread moves there if its own channel takes no messages. */
  | { kind: 'diagnosis-requested'; request: DiagnosisRequest; at: string; channel?: string }
  | { kind: 'progressed'; diagnosisId: string; progress: Progress }
  | { kind: 'finished'; diagnosis: Diagnosis }
  | { kind: 'failed'; diagnosisId: string; failure: DiagnosisFailure }
  | { kind: 'posted'; thread: Partial<Omit<Thread, 'channel'>> };

export interface Opening {
  id: string;
  request: DiagnosisRequest;
  by: string;
  channel: string;
  language: Language;
  at: string;
}

export type Applied =
  | { ok: true; incident: Incident }
  /** stale-diagnosis: about a diagnosis that is no longer the incident's; wrong-state: does not fit its state. */
  | { ok: false; refusal: 'stale-diagnosis' | 'wrong-state' };

export function openIncident(opening: Opening, minutes: ResponseMinutes): Incident {
  const { playbook, target } = opening.request;
  const priority = priorityBefore(playbook, target);
  return {
    id: opening.id,
    request: opening.request,
    state: 'diagnosing',
    priority,
    language: opening.language,
    openedAt: opening.at,
    openedBy: opening.by,
    respondBy: respondBy(opening.at, playbook, priority, minutes),
    thread: { channel: opening.channel },
  };
}

export function apply(incident: Incident, event: IncidentEvent, minutes: ResponseMinutes): Applied {
  switch (event.kind) {
    case 'diagnosis-requested':
      return recheck(incident, event);
    case 'progressed':
      return whileDiagnosing(incident, event.diagnosisId, (running) => ({
        ...running,
        progress: event.progress,
      }));
    case 'finished':
      return whileDiagnosing(incident, event.diagnosis.id, (running) =>
        finish(running, event.diagnosis, minutes),
      );
    case 'failed':
      return whileDiagnosing(incident, event.diagnosisId, ({ progress: _, ...running }) => ({
        ...running,
        state: 'open',
        failure: event.failure,
      }));
    case 'posted':
      return { ok: true, incident: { ...incident, thread: { ...incident.thread, ...event.thread } } };
  }
}

/** Instant from which the running (or last) diagnosis counts. */
export const requestedAt = (incident: Incident): string => incident.recheckedAt ?? incident.openedAt;

/** Equal problems have equal keys: one unresolved incident each. */
export const problemKey = (request: DiagnosisRequest): string =>
  `${request.cluster}|${request.playbook}|${describeTarget(request.target)}`;

function recheck(
  incident: Incident,
  { request, at, channel }: Extract<IncidentEvent, { kind: 'diagnosis-requested' }>,
): Applied {
  if (incident.state === 'diagnosing') return { ok: false, refusal: 'wrong-state' };
  const { progress: _, diagnosis: __, failure: ___, ...kept } = incident;
  const thread = threadOfRecheck(incident.thread, channel);
  return { ok: true, incident: { ...kept, request, state: 'diagnosing', recheckedAt: at, thread } };
}

function threadOfRecheck(
  { replyTs: _, unreachable, ...thread }: Thread,
  channel: string | undefined,
): Thread {
  return unreachable && channel && channel !== thread.channel ? { channel } : thread;
}

function finish(
  { progress: _, failure: __, ...running }: Incident,
  diagnosis: Diagnosis,
  minutes: ResponseMinutes,
): Incident {
  const priority = priorityAfter(diagnosis);
  const due = respondBy(running.openedAt, diagnosis.playbook, priority, minutes);
  return {
    ...running,
    state: verdictOf(diagnosis) === 'cleared' ? 'resolved' : 'open',
    priority,
    respondBy: due,
    diagnosis,
  };
}

function whileDiagnosing(
  incident: Incident,
  diagnosisId: string,
  next: (running: Incident) => Incident,
): Applied {
  if (incident.request.id !== diagnosisId) return { ok: false, refusal: 'stale-diagnosis' };
  if (incident.state !== 'diagnosing') return { ok: false, refusal: 'wrong-state' };
  return { ok: true, incident: next(incident) };
}
