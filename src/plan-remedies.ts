// One order to plan from the store to its end: loads the diagnosis that it answers, opens the access to the cluster and has
// the catalogue work the plan out. It changes nothing; who may be asked to approve it is for the bot.

import type { ClusterAccess } from './cluster/access.ts';
import { loadKubeConfig } from './cluster/connection.ts';
import { createWithAccess } from './cluster/with-access.ts';
import { createAsk } from './diagnosis/ask.ts';
import type { IncidentStore } from './incidents/ports.ts';
import { automaticRemediation } from './remediation/catalog/index.ts';
import type { HealthySettings } from './remediation/healthy-settings.ts';
import { planRemediation } from './remediation/plan-remediation.ts';
import type { PlanEnd, PlanOrder } from './remediation/ports.ts';
import type { FixesConfig } from './remediation-config.ts';

export type PlanRemedy = (order: PlanOrder, signal: AbortSignal) => Promise<PlanEnd>;

export interface PlanningParts {
  fixes: FixesConfig;
  healthy: Pick<HealthySettings, 'last'>;
  diagnoses: Pick<IncidentStore, 'loadDiagnosis'>;
  clock: { now(): Date };
}

const BUDGET = { perNode: 100, total: 500 };

/** The worker's way. */
export function createLivePlanning(
  { kubeconfigPath, context }: { kubeconfigPath?: string; context?: string },
  parts: PlanningParts,
): PlanRemedy {
  const withAccess = createWithAccess(loadKubeConfig(kubeconfigPath, context));
  return (order, signal) => withAccess(signal, (access) => planThrough(access, order, parts, signal));
}

export async function planThrough(
  access: ClusterAccess,
  order: PlanOrder,
  { fixes, healthy, diagnoses, clock }: PlanningParts,
  signal: AbortSignal,
): Promise<PlanEnd> {
  const remediation = automaticRemediation(order.remediation);
  if (!remediation || !fixes.enabled.includes(order.remediation))
    return { kind: 'failed', why: 'not-enabled' };
  const diagnosis = await diagnoses.loadDiagnosis(order.diagnosisId);
  const finding = diagnosis?.findings[order.finding];
  if (!diagnosis || !finding) return { kind: 'failed', why: 'diagnosis-gone' };
  const { ask } = createAsk(access, BUDGET, signal, () => undefined);
  const planned = await planRemediation({
    ...{ remediation, diagnosis, finding, ask },
    ...{ incidentId: order.incidentId, scope: fixes.scope, at: clock.now().toISOString() },
    healthy: (setting) => healthy.last(order.cluster, setting),
  });
  if (planned.status === 'planned') return { kind: 'planned', plan: planned.plan };
  const { reason } = planned;
  return reason.kind === 'unreadable' && reason.reason === 'timeout'
    ? { kind: 'failed', why: 'cluster-unreachable' }
    : { kind: 'unfit', reason };
}
