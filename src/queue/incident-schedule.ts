// What the bot does with incidents by itself, as BullMQ jobs: the watchdog's sweep every few seconds, and the intake of
// alerts when some have come. Both survive restarts, and of several bots one does each at a time.

import { Queue, Worker } from 'bullmq';
import type { AlertBacklog, IntakeQueue } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import { closeWorker } from './close-worker.ts';
import { answering, logErrors, type RedisLink } from './redis.ts';
import { type LockTiming, workerOptions } from './worker-options.ts';

const QUEUE = 'incidents';
const INTAKE = 'intake';
// An intake that is cut off goes on at the next sweep at the latest.
const CLEAN = { removeOnComplete: true, removeOnFail: { count: 10 } };

export interface IncidentScheduleParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  watchdog: { sweep(): Promise<void> };
  intake: { drain(): Promise<void> };
  backlog: AlertBacklog;
  timing: ScheduleTiming;
  logger: Logger;
}

export interface ScheduleTiming extends LockTiming {
  intervalMs: number;
}

export const scheduleTiming: ScheduleTiming = { intervalMs: 10_000, lockMs: 10_000, stalledCheckMs: 5000 };

export function createIntakeQueue(link: RedisLink, logger: Logger): IntakeQueue & { close(): Promise<void> } {
  const queue = new Queue(QUEUE, { connection: link.redis, prefix: link.prefix });
  logErrors(queue, link, logger);
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();
  return {
    wake: () =>
      run(async () => {
        await queue.add(INTAKE, {}, { ...CLEAN, deduplication: { id: INTAKE, keepLastIfActive: true } });
      }),
    close: () => queue.close(),
  };
}

/** Does not wait for Redis: the schedule is set as soon as it is there. */
export function startIncidentSchedule(parts: IncidentScheduleParts): { close(): Promise<void> } {
  const { link, watchdog, intake, backlog, timing, logger } = parts;
  const queue = new Queue(QUEUE, { connection: link.redis, prefix: link.prefix });
  const intakeQueue = createIntakeQueue(link, logger);

  async function sweep(): Promise<void> {
    // Whoever stored alerts may have died before saying so.
    if ((await backlog.counts()).waiting > 0) await intakeQueue.wake();
    await watchdog.sweep();
  }

  const worker = new Worker(QUEUE, (job) => (job.name === INTAKE ? intake.drain() : sweep()), {
    ...workerOptions(link, timing),
    // A sweep and an intake side by side; of each there is one.
    concurrency: 2,
    maxStalledCount: 10,
  });
  logErrors(queue, link, logger);
  logErrors(worker, link, logger);
  worker.on('failed', (job, error) => logger.error({ err: error, job: job?.name }, 'incident job failed'));

  queue
    .upsertJobScheduler('watchdog', { every: timing.intervalMs }, { name: 'sweep', opts: CLEAN })
    .catch((error: unknown) => logger.warn({ err: error }, 'watchdog is not scheduled'));
  return {
    async close() {
      await closeWorker(worker, link);
      await intakeQueue.close();
      await queue.close();
    },
  };
}
