// Runs the watchdog's sweep every few seconds as a BullMQ job scheduler: it survives restarts, and of several bots one
// runs it at a time.

import { Queue, Worker } from 'bullmq';
import type { Logger } from '../ops/logger.ts';
import { closeWorker } from './close-worker.ts';
import { logErrors, type RedisLink } from './redis.ts';

const QUEUE = 'incidents';

export interface WatchdogScheduleParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  watchdog: { sweep(): Promise<void> };
  intervalMs: number;
  logger: Logger;
}

/** Does not wait for Redis: the schedule is set as soon as it is there. */
export function startWatchdogSchedule({ link, watchdog, intervalMs, logger }: WatchdogScheduleParts): {
  close(): Promise<void>;
} {
  const connection = { connection: link.redis, prefix: link.prefix };
  const queue = new Queue(QUEUE, connection);
  const worker = new Worker(QUEUE, () => watchdog.sweep(), connection);
  logErrors(queue, link, logger);
  logErrors(worker, link, logger);
  worker.on('failed', (_job, error) => logger.error({ err: error }, 'watchdog sweep failed'));

  queue
    .upsertJobScheduler(
      'watchdog',
      { every: intervalMs },
      { name: 'sweep', opts: { removeOnComplete: true, removeOnFail: { count: 10 } } },
    )
    .catch((error: unknown) => logger.warn({ err: error }, 'watchdog is not scheduled'));
  return {
    async close() {
      await closeWorker(worker, link);
      await queue.close();
    },
  };
}
