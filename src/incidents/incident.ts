// An incident: the life of one problem and its one thread. A record and one pure `apply(incident, event)`.
//
//   diagnosing --finished--> open (root cause or inconclusive) | resolved (cleared)
//   diagnosing --failed----> open, with the reason in `failure`
//   open | resolved --diagnosis-requested--> diagnosing
//
// Clocks, acknowledgement and approvals join here as further events. No clock is read: instants come with events.

import type { Diagnosis, DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import type { Priority } from '../diagnosis/finding.ts';
import type { ProbeLabel, Vantage } from '../diagnosis/probe.ts';
import type { Language } from './intent.ts';

export interface Incident {
  /** Short enough to be typed: `dns-7k2p`. */
  id: string;
  request: DiagnosisRequest;
  state: 'diagnosing' | 'open' | 'resolved';
  priority: Priority;
  language: Language;
  openedAt: string;
  /** Slack user id of the person who asked. */
  openedBy: string;
  /** Instant until which the first human act is due, derived from the fault type (source guide 7.2). */
  respondBy: string;
  thread: Thread;
  progress?: Progress;
  diagnosis?: Diagnosis;
  failure?: DiagnosisFailure;
}

/** Message timestamps as Slack returned them; absent while not posted. */
export interface Thread {
  channel: string;
  rootTs?: string;
  /** The reply that holds the progress line and later the verdict. */
  replyTs?: string;
  /** Diagnosis whose evidence file is already in the thread. */
  evidenceOf?: string;
}

export interface Progress {
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
  /** Our bug; the log has the error under this incident's id. */
  | { kind: 'internal' };

export type IncidentEvent =
  | { kind: 'diagnosis-requested'; request: DiagnosisRequest }
  | { kind: 'progressed'; diagnosisId: string; progress: Progress }
  | { kind: 'finished'; diagnosis: Diagnosis }
  | { kind: 'failed'; diagnosisId: string; failure: DiagnosisFailure }
  | { kind: 'posted'; thread: Partial<Omit<Thread, 'channel'>> };
