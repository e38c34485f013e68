// What every BullMQ worker is given: its Redis, and how long a job stays with a worker that gives no sign. How many jobs at once
// and how often a job is tried is for each worker.

import type { RedisLink } from './redis.ts';

export interface LockTiming {
  /** A job whose worker did not renew its lock for that long is taken for orphaned ... */
  lockMs: number;
  /** ... and found by the others within twice this time. */
  stalledCheckMs: number;
}

export const workerOptions = ({ redis, prefix }: RedisLink, { lockMs, stalledCheckMs }: LockTiming) => ({
  ...{ connection: redis, prefix },
  ...{ lockDuration: lockMs, stalledInterval: stalledCheckMs },
});
