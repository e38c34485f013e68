// What the incident logic needs from the outside: a store, queues, heartbeats, a surface. Redis and Slack implement them.
// Expected states are data; an adapter throws only the typed errors at the end of this file.

import type { Diagnosis, DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import type { ReceivedAlert } from './alert.ts';
import type { AlertTally, DiagnosisFailure, Incident, IncidentEvent, Progress, Thread } from './incident.ts';
import type { PlaybookName } from './intent.ts';

export interface IncidentStore {
  /** Atomic: of many equal requests at once, one creates and the others find it. */
  open(incident: Incident): Promise<Opened>;
  load(id: string): Promise<Incident | undefined>;
  /** Applies the event atomically; undefined when the incident does not exist or the event no longer fits it. */
  apply(id: string, event: IncidentEvent): Promise<Incident | undefined>;
  /** Incidents that are not settled, oldest first. */
  listOpen(): Promise<Incident[]>;
  /** All that were opened since that instant and are still kept (some weeks), oldest first. */
  listOpenedSince(at: string): Promise<Incident[]>;
  /** Keeps a diagnosis for replay; it expires some weeks later. */
  keepDiagnosis(diagnosis: Diagnosis): Promise<void>;
  loadDiagnosis(id: string): Promise<Diagnosis | undefined>;
}

export type Opened =
  | { outcome: 'created'; incident: Incident }
  /** This very request (same request id) was handled before. */
  | { outcome: 'repeated'; incident: Incident }
  /** Unresolved incident about the same cluster, playbook and target. */
  | { outcome: 'same-problem'; incident: Incident }
  /** Another incident has this id; choose another one. */
  | { outcome: 'id-taken' };

/** Runs one diagnosis; the worker's side of the `diagnose-<cluster>` queue. */
export type Diagnose = (
  request: DiagnosisRequest,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
) => Promise<{ ok: true; diagnosis: Diagnosis } | { ok: false; failure: DiagnosisFailure }>;

export interface DiagnosisQueue {
  /** Enqueues once per request id. */
  submit(incidentId: string, request: DiagnosisRequest): Promise<void>;
  /** lost: not in the queue at all; failed: given up, for example after killing several workers. */
  stateOf(request: DiagnosisRequest): Promise<'queued' | 'running' | 'failed' | 'done' | 'lost'>;
  countOf(cluster: string): Promise<{ queued: number; running: number }>;
  /** Takes back a job that nobody runs yet. */
  withdraw(request: DiagnosisRequest): Promise<void>;
  /** Empties the cluster's queue and tells its workers to abort what they run. */
  stop(cluster: string): Promise<void>;
}

/** What webhooks stored and nobody has looked at yet. Taken by one at a time. */
export interface AlertBacklog {
  /** The oldest, which stay until they are counted. */
  peek(limit: number): Promise<ReceivedAlert[]>;
  /** Takes the oldest away and adds to the counts what became of them, in one step. */
  settle(fates: AlertFate[]): Promise<void>;
  counts(): Promise<AlertCounts>;
}

/** What became of an alert. Each has one fate, so that received = waiting + the sum of fates, or something was lost. */
export type AlertFate =
  /** A new incident. */
  | 'opened'
  /** Went into an incident that was there. */
  | 'joined'
  /** Fires as it did before, or came late or twice. */
  | 'repeated'
  | 'ended'
  /** About something else than the network. */
  | 'ignored';

export type AlertCounts = Record<AlertFate, number> & { received: number; waiting: number };

/** Which alert belongs to which incident, and where new ones may join. */
export interface AlertLedger {
  /** In the order of the question; undefined for an alert that belongs nowhere. */
  membershipsOf(alerts: ClusterAlert[]): Promise<(Membership | undefined)[]>;
  /** Incidents that may be joined by these keys; each was entered under its key within the window. */
  homesOf(keys: string[]): Promise<(string | undefined)[]>;
  /** Enters the alerts, each counted once however often, and keeps the keys for the window. */
  enter(incidentId: string, alerts: ClusterAlert[], keys: string[], at: string): Promise<AlertTally>;
  /** Remembers the end of alerts that belong nowhere, so that their late beginning opens nothing. */
  rememberEnded(alerts: ClusterAlert[]): Promise<void>;
  /** Those that fire now, at most `limit`. */
  firingIn(incidentId: string, limit: number): Promise<ReceivedAlert[]>;
  /** All members of the one become members of the other. */
  move(from: string, into: string, at: string): Promise<AlertTally | undefined>;
  /** How many incidents alerts have opened in that cluster within the window. */
  openingsOf(cluster: string, at: string): Promise<number>;
  /** Notes that this alert opened one. */
  countOpening(cluster: string, fingerprint: string, at: string): Promise<void>;
  /** The tally as it is now; undefined for an incident without alerts. */
  tallyOf(incidentId: string): Promise<AlertTally | undefined>;
}

/** An alert with the cluster that it is about, as we call it. */
export interface ClusterAlert {
  cluster: string;
  alert: ReceivedAlert;
}

export interface Membership {
  /** Absent for an alert whose end came before its beginning. */
  incidentId?: string;
  startsAt: string;
  status: ReceivedAlert['status'];
}

/** Has the backlog looked through soon; calls in quick succession become one. */
export interface IntakeQueue {
  wake(): Promise<void>;
}

export interface SurfaceQueue {
  /** Has the incident's present state rendered soon; calls in quick succession become one rendering. */
  wake(incidentId: string): Promise<void>;
}

export interface ClusterPresence {
  cluster: string;
  /** Whether a worker of it announced itself within the last seconds. */
  alive: boolean;
  /** Workers that are alive. */
  workers: number;
  /** Milliseconds since the last sign of life of any of its workers. */
  silentMs: number;
  /** What its workers can diagnose. */
  playbooks: PlaybookName[];
  /** Versions of its workers, without repetition. */
  versions: string[];
}

export interface ClusterDirectory {
  /** Every cluster that announced itself within the last day, by name. */
  list(): Promise<ClusterPresence[]>;
}

export type Posted = Partial<Omit<Thread, 'channel'>>;

/** Where people see an incident. Renders the whole state each time: posting twice is impossible, a retry harmless. */
export interface Surface {
  /**
   * Posts or updates; returns the message ids that are new. Throws SurfaceRateLimited or SurfaceUnreachable; anything
   * else is retried with backoff. A message posted just before a failure must be found again, not posted twice.
   */
  render(incident: Incident): Promise<Posted>;
}

/** The surface asks to wait; the rendering is repeated after that time and does not count as a failure. */
export class SurfaceRateLimited extends Error {
  override name = 'SurfaceRateLimited';
  readonly retryAfterMs: number;
  /** What was posted before it; else it would be looked for again at every attempt. */
  posted: Posted = {};

  constructor(retryAfterMs: number, options?: ErrorOptions) {
    super(`rate limited for ${retryAfterMs} ms`, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The channel takes no messages and repeating does not help: archived, deleted, the app is not in it. */
export class SurfaceUnreachable extends Error {
  override name = 'SurfaceUnreachable';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`channel unreachable: ${reason}`, options);
    this.reason = reason;
  }
}

/** The store or the queue did not answer in time. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}
