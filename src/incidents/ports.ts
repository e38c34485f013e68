// What the incident logic needs from the outside: a store, a queue, a surface. Redis and Slack implement them.

import type { Diagnosis, DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import type { DiagnosisFailure, Incident, IncidentEvent, Progress, Thread } from './incident.ts';

export interface IncidentStore {
  create(incident: Incident): Promise<void>;
  load(id: string): Promise<Incident | undefined>;
  /** Applies the event atomically; undefined when the incident does not exist or the event no longer fits it. */
  apply(id: string, event: IncidentEvent): Promise<Incident | undefined>;
  /** Incidents that are not resolved, oldest first. */
  listOpen(): Promise<Incident[]>;
  /** The unresolved incident about the same cluster, playbook and target, if there is one. */
  findSame(request: Omit<DiagnosisRequest, 'id'>): Promise<Incident | undefined>;
}

/** Runs one diagnosis; the worker's side of the `diagnose-<cluster>` queue. */
export type Diagnose = (
  request: DiagnosisRequest,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
) => Promise<{ ok: true; diagnosis: Diagnosis } | { ok: false; failure: DiagnosisFailure }>;

export interface DiagnosisQueue {
  /** Enqueues once per request id. */
  submit(incidentId: string, request: DiagnosisRequest): Promise<void>;
}

/** Where people see an incident. Renders the whole state each time: posting twice is impossible, a retry harmless. */
export interface Surface {
  /** Posts or updates; returns the message ids that are new. */
  render(incident: Incident): Promise<Partial<Omit<Thread, 'channel'>>>;
}
