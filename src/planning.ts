// Builds the worker's side of fixes: what is kept to be put back, and orders to plan of its cluster. Part of the composition root (`worker.ts`); nothing is
// decided here.

import { loadKubeConfig } from './cluster/connection.ts';
import { createWithAccess } from './cluster/with-access.ts';
import type { Ground } from './ground.ts';
import type { Diagnose } from './incidents/ports.ts';
import { keepingHealthy } from './keep-healthy.ts';
import { createLivePlanning } from './plan-remedies.ts';
import { workerTiming } from './queue/diagnosis-worker.ts';
import { createHealthySettings } from './queue/healthy-settings-store.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { startPlanWorker } from './queue/plan-worker.ts';
import { createProposalReports } from './queue/proposal-queue.ts';
import type { FixesConfig } from './remediation-config.ts';

/** Diagnoses that keep what a fix may put back later. Nothing is kept where nothing may be fixed, or no cluster is asked. */
export function keepingSettings(
  { overrides, working: link, clock, logger, onStop }: Ground,
  diagnose: Diagnose,
  fixes: FixesConfig | undefined,
  access: { kubeconfigPath?: string; context?: string },
): Diagnose {
  if (!fixes || overrides.diagnose) return diagnose;
  const keeping = keepingHealthy(diagnose, {
    scope: fixes.scope,
    settings: createHealthySettings(link),
    clock,
    onFailure: (error) => logger.warn({ err: error }, 'healthy settings are not kept'),
    withAccess: createWithAccess(loadKubeConfig(access.kubeconfigPath, access.context)),
  });
  onStop(keeping.close);
  return keeping.diagnose;
}

export async function startPlanning(
  { config, overrides, working: link, clock, logger, onStop }: Ground,
  cluster: string,
  fixes: FixesConfig,
  access: { kubeconfigPath?: string; context?: string },
): Promise<void> {
  const reports = createProposalReports(link, logger);
  onStop(reports.close);
  const worker = await startPlanWorker({
    ...{ link, cluster, reports, logger },
    plan: createLivePlanning(access, {
      ...{ fixes, clock },
      healthy: createHealthySettings(link),
      diagnoses: createIncidentStore(link, config.bot.responseMinutes),
    }),
    timing: { ...workerTiming, ...overrides.worker },
  });
  onStop(worker.close);
}
