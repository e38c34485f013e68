// Builds the worker of one cluster: it takes diagnoses, says that it is alive, checks by schedule and measures. Part of
// the composition root (`app.ts`); nothing is decided here.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import manifest from '../package.json' with { type: 'json' };
import { sayingChanges, startChecks } from './checks.ts';
import { diagnosable } from './diagnosable.ts';
import { createLiveDiagnose } from './diagnose.ts';
import type { Ground } from './ground.ts';
import { createLiveLook } from './measure-cluster.ts';
import { startMeasuring } from './measuring/schedule.ts';
import { keepingSettings, startPlanning } from './planning.ts';
import { startDiagnosisWorker, workerTiming } from './queue/diagnosis-worker.ts';
import { startHeartbeat } from './queue/heartbeats.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { createSurfaceQueue } from './queue/surface-queue.ts';

export async function startWorker(ground: Ground): Promise<void> {
  const { config, overrides, logger, metrics, working, clock } = ground;
  if (!config.worker) throw new Error('a worker needs the name of its cluster');
  const { cluster, concurrency, measureEveryMs, checks: _, fixes, ...access } = config.worker;
  const onCrash = (playbook: string, error: unknown) =>
    logger.error({ playbook, err: error }, 'playbook crashed');
  const live = overrides.diagnose ?? createLiveDiagnose({ ...access, onCrash });
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

  const announcement = {
    cluster,
    worker: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    version: manifest.version,
    playbooks: diagnosable,
  };
  const heartbeat = await startHeartbeat(working, announcement, ground.heartbeat, logger);
  ground.onStop(heartbeat.stop);
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
