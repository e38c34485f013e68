// Closes a BullMQ worker, whatever state Redis is in.

import type { Worker } from 'bullmq';
import type { RedisLink } from './redis.ts';

/** Waits for running jobs, except while Redis is away: then close() would wait for a QUIT that nobody answers. */
export const closeWorker = (worker: Worker, { redis }: RedisLink): Promise<void> =>
  worker.close(redis.status !== 'ready');
