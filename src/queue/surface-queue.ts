// The queue `surface`: which incidents have to be rendered. Jobs carry the id only and the worker reads the incident when
// it renders, so it is always the last state that people see; of one incident there is one rendering at a time.

import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import {
  type IncidentStore,
  type Posted,
  type Surface,
  type SurfaceQueue,
  SurfaceRateLimited,
  SurfaceUnreachable,
} from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import type { Metrics } from '../ops/metrics.ts';
import { closeWorker } from './close-worker.ts';
import { answering, logErrors, type RedisLink } from './redis.ts';
import { type LockTiming, workerOptions } from './worker-options.ts';

interface SurfaceJob {
  incidentId: string;
}

const QUEUE = 'surface';

export interface SurfaceTiming extends LockTiming {
  /** Wait after the first failed rendering; doubles with each further one up to `maxBackoffMs`. */
  backoffMs: number;
  maxBackoffMs: number;
  attempts: number;
}

/** Goes on for about half an hour, which outlasts most outages of Slack; the next change of the incident starts anew. */
export const surfaceTiming: SurfaceTiming = {
  backoffMs: 1000,
  maxBackoffMs: 60_000,
  attempts: 35,
  lockMs: 10_000,
  stalledCheckMs: 5000,
};

/** Of a worker that draws. */
export const drawingOptions = (link: RedisLink, timing: SurfaceTiming) => ({
  ...workerOptions(link, timing),
  maxStalledCount: timing.attempts,
  settings: {
    backoffStrategy: (attempt: number) =>
      Math.min(timing.backoffMs * 2 ** (attempt - 1), timing.maxBackoffMs),
  },
});

export function createSurfaceQueue(
  link: RedisLink,
  timing: SurfaceTiming,
  logger: Logger,
): SurfaceQueue & { close(): Promise<void> } {
  const queue = new Queue<SurfaceJob>(QUEUE, {
    connection: link.redis,
    prefix: link.prefix,
    defaultJobOptions: {
      attempts: timing.attempts,
      backoff: { type: 'custom' },
      removeOnComplete: true,
      removeOnFail: { age: 24 * 60 * 60, count: 1000 },
    },
  });
  logErrors(queue, link, logger);
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  return {
    wake: (incidentId) =>
      run(async () => {
        await queue.add(
          'render',
          { incidentId },
          { deduplication: { id: incidentId, keepLastIfActive: true } },
        );
      }),
    close: () => queue.close(),
  };
}

export interface SurfaceWorkerParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  surface: Surface;
  store: IncidentStore;
  timing: SurfaceTiming;
  concurrency: number;
  logger: Logger;
  metrics: Metrics;
}

/** Does not wait for Redis: the bot has to answer people also while it is away. */
export function startSurfaceWorker(parts: SurfaceWorkerParts): { close(): Promise<void> } {
  const { link, surface, store, timing, logger, metrics } = parts;

  async function render(job: Job<SurfaceJob>, token: string | undefined): Promise<void> {
    const { incidentId } = job.data;
    const incident = await store.load(incidentId);
    if (!incident || incident.thread.unreachable) return;
    const keep = async (posted: Posted): Promise<void> => {
      if (Object.keys(posted).length > 0) await store.apply(incidentId, { kind: 'posted', thread: posted });
    };
    try {
      await keep(await surface.render(incident));
      metrics.rendered('done');
    } catch (error) {
      if (error instanceof SurfaceRateLimited) {
        metrics.rendered('rate-limited');
        await keep(error.posted);
        await job.moveToDelayed(Date.now() + error.retryAfterMs, token);
        throw new DelayedError();
      }
      if (error instanceof SurfaceUnreachable) {
        metrics.rendered('unreachable');
        logger.warn({ incidentId, reason: error.reason }, 'channel takes no messages');
        return keep({ unreachable: error.reason });
      }
      metrics.rendered('failed');
      throw error;
    }
  }

  const worker = new Worker<SurfaceJob>(QUEUE, render, {
    ...drawingOptions(link, timing),
    concurrency: parts.concurrency,
  });
  logErrors(worker, link, logger);
  worker.on('failed', (job, error) =>
    logger.warn(
      { incidentId: job?.data.incidentId, attempt: job?.attemptsMade, err: error },
      'rendering failed',
    ),
  );
  return { close: () => closeWorker(worker, link) };
}
