// One Redis for a whole test run: REDIS_URL if set, else a private one. Tests take its address with inject('redisUrl')
// and keep apart by key prefix.

import type { TestProject } from 'vitest/node';
import { NoRedis, type PrivateRedis, startPrivateRedis } from '../support/redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
  }
}

let own: PrivateRedis | undefined;

export async function setup(project: TestProject): Promise<void> {
  const given = process.env.REDIS_URL;
  if (!given) own = await startPrivateRedis().catch(exitWithoutRedis);
  project.provide('redisUrl', given ?? own?.url ?? '');
}

export async function teardown(): Promise<void> {
  await own?.stop();
}

function exitWithoutRedis(error: unknown): never {
  if (!(error instanceof NoRedis)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(3);
}
