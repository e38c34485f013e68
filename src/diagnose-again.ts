// The proof of a fix goes through its incident: it is diagnosed again there, so that its thread shows the new verdict and it
// resolves by the same rules as ever. Asks and waits; judges nothing.

import type { Diagnosis, DiagnosisRequest } from './diagnosis/diagnosis.ts';
import type { DiagnosisQueue, IncidentStore, SurfaceQueue } from './incidents/ports.ts';
import type { DiagnoseAgain } from './remediation/verify.ts';

export interface DiagnoseAgainParts {
  incidents: Pick<IncidentStore, 'load' | 'apply' | 'loadDiagnosis'>;
  queue: Pick<DiagnosisQueue, 'submit' | 'stateOf'>;
  /** Has the thread say that it is diagnosed again. */
  drawings: Pick<SurfaceQueue, 'wake'>;
  clock: { now(): Date };
  pause(ms: number): Promise<void>;
}

// One that runs already may take its whole minute, and ours after it.
const PATIENCE_MS = 150_000;
const LOOK_EVERY_MS = 500;

export function createDiagnoseAgain(incidentId: string, parts: DiagnoseAgainParts): DiagnoseAgain {
  const { incidents, queue, drawings, clock, pause } = parts;
  const hasEnded = async (request: DiagnosisRequest): Promise<boolean> =>
    ['done', 'failed'].includes(await queue.stateOf(request));

  return async (request, signal): Promise<Diagnosis | undefined> => {
    const untilMs = clock.now().getTime() + PATIENCE_MS;
    let isSubmitted = false;
    while (!signal.aborted && clock.now().getTime() < untilMs) {
      const incident = await incidents.load(incidentId);
      if (!incident) return undefined;
      // Looked for after the incident: it is kept before the incident says that it has ended.
      const known = await incidents.loadDiagnosis(request.id);
      if (known) return known;
      const isOurs = incident.request.id === request.id;
      if (isOurs && !incident.diagnosing) return undefined;
      // Asked for by a process that was killed, and followed by another one: it ended without a verdict.
      if (!isOurs && (await hasEnded(request))) return undefined;
      const at = clock.now().toISOString();
      const taken =
        isOurs ||
        (await incidents.apply(incidentId, { kind: 'diagnosis-requested', request, at })) !== undefined;
      // Also when another process had asked the incident and was killed before this; equal ids are one diagnosis.
      if (taken && !isSubmitted) {
        await queue.submit(incidentId, request);
        isSubmitted = true;
        await drawings.wake(incidentId);
      }
      await pause(LOOK_EVERY_MS);
    }
    return undefined;
  };
}
