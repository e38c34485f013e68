// Connections to Redis, of two kinds. `answering`: a person waits, so a missing Redis is an error at once.
// `working`: a job waits, so a missing Redis is waited for, however long it takes.

import type { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis, ReplyError } from 'ioredis';
import { StoreUnavailable } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import type { Secret } from '../ops/secret.ts';

export interface RedisLink {
  redis: Redis;
  /** In front of every key and channel, so that several installations can share one Redis. */
  prefix: string;
  /** What the link is for. */
  kind: 'answering' | 'working';
  close(): Promise<void>;
}

export interface RedisSettings {
  url: string;
  prefix: string;
}

export const redisSettings = ({ url, prefix }: { url: Secret; prefix: string }): RedisSettings => ({
  url: url.reveal(),
  prefix,
});

// Slack waits 3 s for an answer; this leaves time to say that the store is gone.
const ANSWER_TIMEOUT_MS = 1500;
const MAX_RECONNECT_DELAY_MS = 1000;

export function connectRedis(settings: RedisSettings, kind: RedisLink['kind'], logger: Logger): RedisLink {
  const redis = new Redis(settings.url, {
    connectionName: `cni-triage-${kind}`,
    connectTimeout: 5000,
    maxRetriesPerRequest: kind === 'working' ? null : 1,
    enableOfflineQueue: kind === 'working',
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS),
    ...(kind === 'answering' && { commandTimeout: ANSWER_TIMEOUT_MS }),
  });
  logOutages(redis, kind, logger);
  return {
    redis,
    prefix: settings.prefix,
    kind,
    close: async () => redis.disconnect(),
  };
}

/** Runs Redis work for somebody who waits: StoreUnavailable when Redis is gone, slow or not willing. */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  const tooLate = new AbortController();
  try {
    return await Promise.race([
      work(),
      delay(ANSWER_TIMEOUT_MS, undefined, { signal: tooLate.signal }).then(() => {
        throw new StoreUnavailable(`no answer from Redis within ${ANSWER_TIMEOUT_MS} ms`);
      }),
    ]);
  } catch (error) {
    if (error instanceof StoreUnavailable || isOurBug(error)) throw error;
    throw new StoreUnavailable('Redis does not answer', { cause: error });
  } finally {
    tooLate.abort();
  }
}

// What Redis refuses for the time being, as opposed to commands that are wrong (https://redis.io/docs/reference/errors).
const TEMPORARY = /^(LOADING|READONLY|OOM|MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|BUSY|TRYAGAIN)\b/;

const isOurBug = (error: unknown): boolean =>
  error instanceof ReplyError && !TEMPORARY.test((error as Error).message);

/** For what BullMQ builds on the link. While Redis is away its complaints are only echoes of the outage. */
export function logErrors(source: EventEmitter, link: RedisLink, logger: Logger): void {
  source.on('error', (error) => {
    const level = link.redis.status === 'ready' ? 'warn' : 'debug';
    logger[level]({ err: error }, 'queue error');
  });
}

// ioredis reports each failed attempt; people want to know when it went and when it came back.
function logOutages(redis: Redis, kind: string, logger: Logger): void {
  let lost = false;
  redis.on('error', (error) => {
    if (!lost) logger.warn({ err: error, link: kind }, 'Redis connection lost');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) logger.info({ link: kind }, 'Redis connection is back');
    lost = false;
  });
}
