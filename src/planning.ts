// Builds the worker's side of fixes: orders to plan of its cluster. Part of the composition root (`worker.ts`); nothing is
// decided here.

import type { Ground } from './ground.ts';
import { createLivePlanning } from './plan-remedies.ts';
import { workerTiming } from './queue/diagnosis-worker.ts';
import { createHealthySettings } from './queue/healthy-settings-store.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { startPlanWorker } from './queue/plan-worker.ts';
import { createProposalReports } from './queue/proposal-queue.ts';
import type { FixesConfig } from './remediation-config.ts';

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
