// What an incident needs by itself, without anybody asking: to be drawn, to be diagnosed again because its alerts have
// changed, a reminder of its clock. May be repeated or cut off anywhere; the store decides which event still fits.

import { concernsCluster, wholeCluster } from './alert-placement.ts';
import { type Incident, requestedAt } from './incident.ts';
import type { DiagnosisQueue, IncidentStore, SurfaceQueue } from './ports.ts';
import { nextStep } from './response-clock.ts';

export interface AttentionParts {
  store: IncidentStore;
  diagnoses: DiagnosisQueue;
  surface: SurfaceQueue;
  clock: { now(): Date };
  diagnosisId(requestKey: string): string;
  /** Slack user group that is called when nobody answers in time; by cluster. */
  escalationGroupOf(cluster: string): string | undefined;
}

export interface Attention {
  /** After a change: draws it, and diagnoses it again where that is due. `clusterIsThere`: a worker of it is alive. */
  attend(incident: Incident, clusterIsThere?: boolean): Promise<void>;
  /** Tells the next step of the response clock when it is reached. */
  remind(incident: Incident): Promise<void>;
}

export function createAttention(parts: AttentionParts): Attention {
  const { store, surface, clock } = parts;

  async function diagnoseAgain(incident: Incident, why: DueDiagnosis): Promise<void> {
    const id = parts.diagnosisId(`${incident.id}|${why}|${requestedAt(incident)}`);
    const scope = why === 'wider' || isWide(incident) ? wholeCluster : undefined;
    const request = { ...incident.request, ...scope, id };
    const at = clock.now().toISOString();
    const afterAlerts = why === 'alerts-ended';
    const event = { kind: 'diagnosis-requested' as const, request, at, afterAlerts };
    if (await store.apply(incident.id, event)) await parts.diagnoses.submit(incident.id, request);
  }

  return {
    async attend(incident, clusterIsThere) {
      const why = dueDiagnosis(incident, clusterIsThere);
      if (why) await diagnoseAgain(incident, why);
      await surface.wake(incident.id);
    },

    async remind(incident) {
      const step = nextStep(incident.clock, clock.now().getTime());
      if (step === undefined || incident.state === 'resolved') return;
      const group = step === 100 ? parts.escalationGroupOf(incident.request.cluster) : undefined;
      const at = clock.now().toISOString();
      const event = { kind: 'clock-passed' as const, step, at, ...(group !== undefined && { group }) };
      if (await store.apply(incident.id, event)) await surface.wake(incident.id);
    },
  };
}

type DueDiagnosis = 'reopened' | 'alerts-ended' | 'wider' | 'worker-is-back';

/** Why the last diagnosis does not speak for what is known now; undefined while it does, or one runs. */
export function dueDiagnosis(incident: Incident, clusterIsThere = false): DueDiagnosis | undefined {
  const { diagnosing, state, alerts, clock, request, failure } = incident;
  if (diagnosing || state === 'resolved') return undefined;
  const waited = failure?.kind === 'no-worker' || failure?.kind === 'unknown-cluster';
  if (waited && clusterIsThere && alerts) return 'worker-is-back';
  const askedMs = Date.parse(requestedAt(incident));
  if (state === 'reopened' && alerts && alerts.firing > 0 && askedMs < Date.parse(clock.startedAt))
    return 'reopened';
  if (alerts?.endedAt !== undefined && askedMs < Date.parse(alerts.endedAt)) return 'alerts-ended';
  // What an alert is about may be gone before anybody looks; what made it fail may not.
  const isGone = alerts && failure?.kind === 'target-missing';
  return request.playbook !== 'cluster' && (isGone || isWide(incident)) ? 'wider' : undefined;
}

/** Alerts that were left out may be about any place. */
const isWide = ({ scopes = [], truncated = 0 }: Incident): boolean =>
  truncated > 0 || concernsCluster(scopes);
