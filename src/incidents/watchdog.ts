// Makes silence impossible: looks through the running diagnoses and ends, or submits again, what nobody works on.
// One sweep may be repeated or cut off anywhere; the store decides which event still fits.

import { type Attention, dueDiagnosis } from './attention.ts';
import type { DiagnosisFailure, Incident } from './incident.ts';
import { requestedAt } from './incident.ts';
import { merge, mergesOf } from './merging.ts';
import type {
  AlertLedger,
  ClusterDirectory,
  ClusterPresence,
  DiagnosisQueue,
  IncidentStore,
  SurfaceQueue,
} from './ports.ts';

export interface WatchdogParts {
  store: IncidentStore;
  diagnoses: DiagnosisQueue;
  clusters: ClusterDirectory;
  surface: SurfaceQueue;
  ledger: AlertLedger;
  attention: Attention;
  clock: { now(): Date };
  limits: WatchdogLimits;
}

export interface WatchdogLimits {
  /** A diagnosis ends as `no-worker` when its cluster gave no sign of life for that long. */
  noWorkerMs: number;
  /** A diagnosis ends as `timed-out` that long after it was asked for, waiting included. */
  diagnosisMs: number;
}

export const watchdogLimits: WatchdogLimits = { noWorkerMs: 60_000, diagnosisMs: 5 * 60_000 };

export function createWatchdog(parts: WatchdogParts): { sweep(): Promise<void> } {
  const { store, diagnoses, clusters, surface } = parts;

  async function attend(incident: Incident, presence: ClusterPresence | undefined): Promise<void> {
    if (neverPosted(incident)) await surface.wake(incident.id);
    await parts.attention.remind(incident);
    if (!incident.diagnosing) return catchUp(incident, presence?.alive ?? false);
    const failure = await troubleWith(incident, presence);
    if (!failure) return;

    await diagnoses.withdraw(incident.request);
    const at = parts.clock.now().toISOString();
    const event = { kind: 'failed' as const, diagnosisId: incident.request.id, failure, at };
    if (await store.apply(incident.id, event)) await surface.wake(incident.id);
  }

  /** What its alerts have changed and nobody finished, because a diagnosis ran or a process died. */
  async function catchUp(incident: Incident, clusterIsThere: boolean): Promise<void> {
    const tally = await parts.ledger.tallyOf(incident.id);
    const at = parts.clock.now().toISOString();
    const isBehind =
      tally && (tally.firing !== incident.alerts?.firing || tally.joined !== incident.alerts.joined);
    const event = { kind: 'alerts-changed' as const, name: '', scopes: [], truncated: 0, at };
    const current = isBehind ? await store.apply(incident.id, { ...event, tally }) : incident;
    if (current && (isBehind || dueDiagnosis(current, clusterIsThere)))
      await parts.attention.attend(current, clusterIsThere);
  }

  async function troubleWith(
    incident: Incident,
    presence: ClusterPresence | undefined,
  ): Promise<DiagnosisFailure | undefined> {
    const ageMs = parts.clock.now().getTime() - Date.parse(requestedAt(incident));
    const silentMs = Math.min(ageMs, presence?.silentMs ?? ageMs);
    // Only an alert can name a cluster that nobody knows; it does not become known by waiting.
    if (!presence && incident.openedBy.kind === 'alert') return { kind: 'unknown-cluster' };
    if (silentMs >= parts.limits.noWorkerMs) return { kind: 'no-worker' };
    if (ageMs >= parts.limits.diagnosisMs) return { kind: 'timed-out' };

    const job = await diagnoses.stateOf(incident.request);
    if (job === 'lost') await diagnoses.submit(incident.id, incident.request);
    // A finished job stores its end first, so an incident that still waits for it waits in vain.
    return job === 'failed' || job === 'done' ? { kind: 'internal' } : undefined;
  }

  return {
    async sweep() {
      const [open, known] = await Promise.all([store.listOpen(), clusters.list()]);
      for (const incident of open) {
        await attend(
          incident,
          known.find(({ cluster }) => cluster === incident.request.cluster),
        );
      }
      for (const each of mergesOf(await store.listOpen())) await merge(each, parts);
    },
  };
}

const neverPosted = ({ thread }: Incident): boolean => !thread.rootTs && !thread.unreachable;
