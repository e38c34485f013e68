// The composition root: builds one role of the program out of its parts, in one straight line, and takes it down in
// reverse. Nothing is decided here; only this file, `bot.ts` and `checks.ts` know which adapter is behind which port.

import manifest from '../package.json' with { type: 'json' };
import type { Config, Role } from './config.ts';
import type { Ground, Overrides } from './ground.ts';
import type { IncidentStore } from './incidents/ports.ts';
import type { IncidentService } from './incidents/service.ts';
import { startHealthServer } from './ops/health-server.ts';
import { createLogger } from './ops/logger.ts';
import { createMetrics } from './ops/metrics.ts';
import { heartbeatTiming } from './queue/heartbeats.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { connectRedis, redisSettings } from './queue/redis.ts';
import { startStoreClock } from './queue/store-clock.ts';
import { surfaceTiming } from './queue/surface-queue.ts';
import type { RemediationService } from './remediation/service.ts';

export interface App {
  store: IncidentStore;
  /** Present when the role has the bot in it. */
  service?: IncidentService;
  /** Present when the role has the bot in it, and fixes are offered. */
  fixes?: RemediationService;
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

  // Loaded by role: the bot has no Kubernetes client in it, the worker no Slack, and neither the memory for it.
  const bot =
    role === 'bot' || role === 'all' ? await (await import('./bot.ts')).startBot(ground) : undefined;
  if (role === 'remediator') await (await import('./remediator.ts')).startRemediator(ground);
  if (role === 'worker' || role === 'all') await (await import('./worker.ts')).startWorker(ground);
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
