// The clock of the store: what Redis says, carried on by this machine's monotonic clock. All bots and workers then agree
// on what time it is, and nobody who sets a machine's clock moves a deadline.

import { performance } from 'node:perf_hooks';
import type { Logger } from '../ops/logger.ts';
import type { RedisLink } from './redis.ts';

export interface StoreClock {
  now(): Date;
  close(): Promise<void>;
}

const ASK_EVERY_MS = 60_000;

/** Until Redis has answered for the first time it is this machine's own clock. */
export async function startStoreClock(
  { redis }: RedisLink,
  patienceMs: number,
  logger: Logger,
): Promise<StoreClock> {
  let known = { wallMs: Date.now(), monotonicMs: performance.now() };

  async function ask(): Promise<void> {
    const sentMs = performance.now();
    const [seconds, microseconds] = await redis.time();
    const receivedMs = performance.now();
    // The answer was true some time between sending and receiving.
    const wallMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
    known = { wallMs, monotonicMs: (sentMs + receivedMs) / 2 };
  }

  const askQuietly = () => ask().catch((error: unknown) => logger.debug({ err: error }, 'clock not asked'));
  const timer = setInterval(() => {
    if (redis.status === 'ready') void askQuietly();
  }, ASK_EVERY_MS);
  timer.unref();
  const late = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref());
  await Promise.race([askQuietly(), late]);

  return {
    now: () => new Date(known.wallMs + performance.now() - known.monotonicMs),
    close: async () => clearInterval(timer),
  };
}
