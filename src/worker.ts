// Builds the worker of one cluster: it takes diagnoses, says that it is alive, checks by schedule and measures. Part of
// the composition root (`app.ts`); nothing is decided here.

import { announce } from './announce.ts';
import { sayingChanges, startChecks } from './checks.ts';
import { createApiEntrance } from './cluster/api-entrance.ts';
import { loadKubeConfig } from './cluster/connection.ts';
import { diagnosable } from './diagnosable.ts';
import { createLiveDiagnose } from './diagnose.ts';
import type { Ground } from './ground.ts';
import { createLiveLook } from './measure-cluster.ts';
import { startMeasuring } from './measuring/schedule.ts';
import { keepingSettings, startPlanning } from './planning.ts';
import { startDiagnosisWorker, workerTiming } from './queue/diagnosis-worker.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { createSurfaceQueue } from './queue/surface-queue.ts';
import { createWorkerReview, type ReviewRights } from './review-rights.ts';

export async function startWorker(ground: Ground): Promise<void> {
  const { config, overrides, logger, metrics, working, clock } = ground;
  if (!config.worker) throw new Error('a worker needs the name of its cluster');
  const { cluster, concurrency, measureEveryMs, checks: _, fixes, ...access } = config.worker;
  const onCrash = (playbook: string, error: unknown) =>
    logger.error({ playbook, err: error }, 'playbook crashed');
  const live =
    overrides.diagnose ?? createLiveDiagnose({ ...access, enabledFixes: fixes?.enabled ?? [], onCrash });
  const renderings = createSurfaceQueue(working, ground.rendering, logger);
  ground.onStop(renderings.close);

  const worker = await startDiagnosisWorker({
    link: working,
    cluster,
    diagnose: keepingSettings(ground, sayingChanges(ground, config.worker, live), fixes, access),
    store: createIncidentStore(working, config.bot.responseMinutes),
    surface: renderings,
    timing: { ...workerTiming, ...overrides.worker },
    concurrency,
    clock,
    logger,
    metrics,
  });
  ground.onStop(worker.close);

  await announce(ground, {
    ...{ role: 'worker', cluster, fixes, playbooks: diagnosable },
    review: reviewOf(ground, access.kubeconfigPath, access.context),
  });
  await startChecks(ground, config.worker);
  if (fixes) await startPlanning(ground, cluster, fixes, access);

  if (measureEveryMs === undefined) return;
  const measuring = startMeasuring({
    look: createLiveLook(access),
    metrics: metrics.ofCluster(cluster),
    everyMs: measureEveryMs,
    clock,
    logger,
  });
  ground.onStop(measuring.close);
}

/** What stands in for a cluster has no accounts. */
function reviewOf(
  { overrides, clock }: Ground,
  kubeconfigPath?: string,
  context?: string,
): ReviewRights | undefined {
  if (overrides.reviewRights || overrides.diagnose) return overrides.reviewRights;
  return createWorkerReview(createApiEntrance(loadKubeConfig(kubeconfigPath, context)), clock);
}
