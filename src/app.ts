// The composition root: builds one role of the program out of its parts, in one straight line, and takes it down in
// reverse. Nothing is decided here; only this file, `bot.ts` and `checks.ts` know which adapter is behind which port.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import manifest from '../package.json' with { type: 'json' };
import { startBot } from './bot.ts';
import { sayingChanges, startChecks } from './checks.ts';
import type { Config, Role } from './config.ts';
import { createLiveDiagnose, diagnosable } from './diagnose.ts';
import type { Ground, Overrides } from './ground.ts';
import type { IncidentStore } from './incidents/ports.ts';
import type { IncidentService } from './incidents/service.ts';
import { createLiveLook } from './measure-cluster.ts';
import { startMeasuring } from './measuring/schedule.ts';
import { startHealthServer } from './ops/health-server.ts';
import { createLogger } from './ops/logger.ts';
import { createMetrics } from './ops/metrics.ts';
import { startDiagnosisWorker, workerTiming } from './queue/diagnosis-worker.ts';
import { heartbeatTiming, startHeartbeat } from './queue/heartbeats.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { connectRedis, redisSettings } from './queue/redis.ts';
import { startStoreClock } from './queue/store-clock.ts';
import { createSurfaceQueue, surfaceTiming } from './queue/surface-queue.ts';

export interface App {
  store: IncidentStore;
  /** Present when the role has the bot in it. */
  service?: IncidentService;
  /** Port of Slack's HTTP receiver, when there is one. */
  slackPort?: number;
  /** Port of the webhook, when alerts are taken. */
  webhookPort?: number;
  healthPort?: number;
  /** Takes no more work, lets running work end or hands it back, and closes everything. */
  stop(): Promise<void>;
}

const CLOCK_PATIENCE_MS = 2000;

export async function startApp(role: Role, config: Config, overrides: Overrides = {}): Promise<App> {
  await using starting = new AsyncDisposableStack();
  const onStop = (close: () => Promise<unknown>) => starting.defer(async () => void (await close()));

  const logger = overrides.logger ?? createLogger(config.log.level);
  const metrics = createMetrics();
  const working = connectRedis(redisSettings(config.redis), 'working', logger);
  onStop(working.close);
  const storeClock = await startStoreClock(working, CLOCK_PATIENCE_MS, logger);
  onStop(storeClock.close);
  const ground: Ground = {
    config,
    overrides,
    logger,
    metrics,
    clock: overrides.clock ?? storeClock,
    working,
    heartbeat: overrides.heartbeat ?? heartbeatTiming,
    rendering: { ...surfaceTiming, ...overrides.rendering },
    onStop,
  };

  const health = config.health && (await startHealthServer({ ...config.health, notReady, metrics }));
  if (health) onStop(health.close);
  function notReady(): string[] {
    return working.redis.status === 'ready' ? [] : ['redis'];
  }

  const bot = role === 'worker' ? undefined : await startBot(ground);
  if (role !== 'bot') await startWorker(ground);
  logger.info({ role, version: manifest.version }, 'started');

  const running = starting.move();
  let stopped: Promise<void> | undefined;
  return {
    store: createIncidentStore(working, config.bot.responseMinutes),
    ...bot,
    ...(health && { healthPort: health.port }),
    stop: () => {
      stopped ??= running.disposeAsync();
      return stopped;
    },
  };
}

async function startWorker(ground: Ground): Promise<void> {
  const { config, overrides, logger, metrics, working, clock } = ground;
  if (!config.worker) throw new Error('a worker needs the name of its cluster');
  const { cluster, concurrency, measureEveryMs, checks: _, ...access } = config.worker;
  const onCrash = (playbook: string, error: unknown) =>
    logger.error({ playbook, err: error }, 'playbook crashed');
  const live = overrides.diagnose ?? createLiveDiagnose({ ...access, onCrash });
  const renderings = createSurfaceQueue(working, ground.rendering, logger);
  ground.onStop(renderings.close);

  const worker = await startDiagnosisWorker({
    link: working,
    cluster,
    diagnose: sayingChanges(ground, config.worker, live),
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
