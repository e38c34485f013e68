// The composition root: builds one role of the program out of its parts, in one straight line, and takes it down in
// reverse. Nothing is decided here and nothing but this file knows which adapter is behind which port.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import manifest from '../package.json' with { type: 'json' };
import type { Config, Role, SlackConfig } from './config.ts';
import { createLiveDiagnose, diagnosable } from './diagnose.ts';
import type { Diagnose, IncidentStore, Surface } from './incidents/ports.ts';
import { createIncidentService, type IncidentService } from './incidents/service.ts';
import { createWatchdog, type WatchdogLimits, watchdogLimits } from './incidents/watchdog.ts';
import { startHealthServer } from './ops/health-server.ts';
import { createLogger, type Logger } from './ops/logger.ts';
import { createMetrics, type Metrics } from './ops/metrics.ts';
import { createDiagnosisQueue } from './queue/diagnosis-queue.ts';
import { startDiagnosisWorker, type WorkerTiming, workerTiming } from './queue/diagnosis-worker.ts';
import {
  createClusterDirectory,
  type HeartbeatTiming,
  heartbeatTiming,
  startHeartbeat,
} from './queue/heartbeats.ts';
import { createDiagnosisId, createIncidentId } from './queue/ids.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { connectRedis, type RedisLink } from './queue/redis.ts';
import {
  createSurfaceQueue,
  type SurfaceTiming,
  startSurfaceWorker,
  surfaceTiming,
} from './queue/surface-queue.ts';
import { startWatchdogSchedule } from './queue/watchdog-schedule.ts';
import { createSlack } from './slack/app.ts';
import type { SlackConfig as SlackSettings } from './slack/config.ts';

/** What tests and the demo put in the place of the real thing, and how much faster they want it. */
export interface Overrides {
  diagnose?: Diagnose;
  /** In place of Slack, which is then not started. */
  surface?: Surface;
  logger?: Logger;
  clock?: { now(): Date };
  heartbeat?: HeartbeatTiming;
  worker?: Partial<WorkerTiming>;
  rendering?: Partial<SurfaceTiming>;
  watchdog?: Partial<WatchdogLimits & { intervalMs: number }>;
}

export interface App {
  store: IncidentStore;
  /** Present when the role has the bot in it. */
  service?: IncidentService;
  /** Port of Slack's HTTP receiver, when there is one. */
  slackPort?: number;
  healthPort?: number;
  /** Takes no more work, lets running work end or hands it back, and closes everything. */
  stop(): Promise<void>;
}

/** What bot and worker have in common. */
interface Ground {
  config: Config;
  overrides: Overrides;
  logger: Logger;
  metrics: Metrics;
  clock: { now(): Date };
  working: RedisLink;
  heartbeat: HeartbeatTiming;
  rendering: SurfaceTiming;
  /** Runs on stop, last in first out; also when the start fails half-way. */
  onStop(close: () => Promise<unknown>): void;
}

const WATCHDOG_INTERVAL_MS = 10_000;
const REDIS_PATIENCE_MS = 2000;
const RENDERINGS_AT_ONCE = 10;

export async function startApp(role: Role, config: Config, overrides: Overrides = {}): Promise<App> {
  await using starting = new AsyncDisposableStack();
  const onStop = (close: () => Promise<unknown>) => starting.defer(async () => void (await close()));

  const logger = overrides.logger ?? createLogger(config.log.level);
  const metrics = createMetrics();
  const working = connectRedis(redisSettings(config), 'working', logger);
  onStop(working.close);
  const ground: Ground = {
    config,
    overrides,
    logger,
    metrics,
    clock: overrides.clock ?? { now: () => new Date() },
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
    store: bot?.store ?? createIncidentStore(working, config.bot.responseMinutes),
    ...(bot && { service: bot.service }),
    ...(bot?.slackPort !== undefined && { slackPort: bot.slackPort }),
    ...(health && { healthPort: health.port }),
    stop: () => {
      stopped ??= running.disposeAsync();
      return stopped;
    },
  };
}

async function startBot(
  ground: Ground,
): Promise<Required<Pick<App, 'store' | 'service'>> & { slackPort?: number }> {
  const { config, overrides, logger, metrics, clock, working, rendering, onStop } = ground;
  const minutes = config.bot.responseMinutes;

  // People wait for this connection; without Redis they are told so at once.
  const answering = connectRedis(redisSettings(config), 'answering', logger);
  onStop(answering.close);
  await readyOrLate(answering);
  const store = createIncidentStore(answering, minutes);
  const diagnoses = createDiagnosisQueue(answering, logger);
  onStop(diagnoses.close);
  const renderings = createSurfaceQueue(answering, rendering, logger);
  onStop(renderings.close);
  const service = createIncidentService({
    store,
    diagnoses,
    surface: renderings,
    clusters: createClusterDirectory(answering, ground.heartbeat),
    ...config.bot,
    clock,
    ids: { incident: createIncidentId, diagnosis: createDiagnosisId },
    onReply: (reply) => metrics.replied(reply.kind),
  });

  const slack = overrides.surface
    ? undefined
    : createSlack({
        config: slackSettings(config.slack),
        service,
        store,
        playbooks: diagnosable,
        logger,
        languageOf: (channel) => config.bot.channelLanguages[channel],
        clock,
      });
  const surface = overrides.surface ?? slack?.surface;
  if (!surface) throw new Error('a bot needs Slack or another surface');

  const patientStore = createIncidentStore(working, minutes);
  const patientRenderings = createSurfaceQueue(working, rendering, logger);
  onStop(patientRenderings.close);
  const patientDiagnoses = createDiagnosisQueue(working, logger);
  onStop(patientDiagnoses.close);
  const surfaceWorker = startSurfaceWorker({
    link: working,
    surface,
    store: patientStore,
    timing: rendering,
    concurrency: RENDERINGS_AT_ONCE,
    logger,
    metrics,
  });
  onStop(surfaceWorker.close);
  const watchdog = createWatchdog({
    store: patientStore,
    diagnoses: patientDiagnoses,
    clusters: createClusterDirectory(working, ground.heartbeat),
    surface: patientRenderings,
    clock,
    limits: { ...watchdogLimits, ...overrides.watchdog },
  });
  const intervalMs = overrides.watchdog?.intervalMs ?? WATCHDOG_INTERVAL_MS;
  const schedule = startWatchdogSchedule({ link: working, watchdog, intervalMs, logger });
  onStop(schedule.close);

  if (!slack) return { store, service };
  onStop(slack.stop);
  const { port } = await slack.start();
  return { store, service, ...(port !== undefined && { slackPort: port }) };
}

async function startWorker({
  config,
  overrides,
  logger,
  metrics,
  working,
  ...ground
}: Ground): Promise<void> {
  if (!config.worker) throw new Error('a worker needs the name of its cluster');
  const { cluster, concurrency, ...access } = config.worker;
  const onCrash = (playbook: string, error: unknown) =>
    logger.error({ playbook, err: error }, 'playbook crashed');
  const diagnose = overrides.diagnose ?? createLiveDiagnose({ ...access, onCrash });
  const renderings = createSurfaceQueue(working, ground.rendering, logger);
  ground.onStop(renderings.close);

  const worker = await startDiagnosisWorker({
    link: working,
    cluster,
    diagnose,
    store: createIncidentStore(working, config.bot.responseMinutes),
    surface: renderings,
    timing: { ...workerTiming, ...overrides.worker },
    concurrency,
    clock: ground.clock,
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
}

const redisSettings = ({ redis }: Config) => ({ url: redis.url.reveal(), prefix: redis.prefix });

// Commands are refused while Redis is away, so a short wait here only spares the first ones after a start.
async function readyOrLate({ redis }: RedisLink): Promise<void> {
  const late = new AbortController();
  const ready = new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  await Promise.race([ready, delay(REDIS_PATIENCE_MS, undefined, { signal: late.signal })]);
  late.abort();
}

function slackSettings(slack: SlackConfig | undefined): SlackSettings {
  if (!slack) throw new Error('the bot needs the settings of Slack');
  const common = {
    botToken: slack.botToken.reveal(),
    ...(slack.apiUrl !== undefined && { slackApiUrl: slack.apiUrl }),
  };
  return slack.mode === 'socket'
    ? { ...common, mode: 'socket', appToken: slack.appToken.reveal() }
    : {
        ...common,
        mode: 'http',
        signingSecret: slack.signingSecret.reveal(),
        host: slack.host,
        port: slack.port,
      };
}
