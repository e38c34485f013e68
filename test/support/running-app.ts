// The real program in this process, on the test run's Redis under a prefix of its own, with a scripted diagnosis and a
// recording surface.

import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { type Role, readConfig } from '../../src/config.ts';
import type { Overrides } from '../../src/ground.ts';
import type { Intent } from '../../src/incidents/intent.ts';
import type { Command, IncidentService } from '../../src/incidents/service.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { quickTiming } from './quick-timing.ts';
import { createRecordingSurface } from './recording-surface.ts';
import { createScriptedDiagnose } from './scripted-diagnose.ts';

export const CLUSTER = 'prod-eu';

export interface Surroundings {
  redisUrl: string;
  prefix: string;
}

export const newSurroundings = (redisUrl = inject('redisUrl')): Surroundings => ({
  redisUrl,
  prefix: `test-${randomUUID().slice(0, 8)}`,
});

export const testConfig = (
  role: Role,
  { redisUrl, prefix }: Surroundings,
  environment: NodeJS.ProcessEnv = {},
) =>
  readConfig(role, {
    REDIS_URL: redisUrl,
    REDIS_PREFIX: prefix,
    CLUSTER_NAME: CLUSTER,
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_APP_TOKEN: 'xapp-1',
    ...environment,
  });

export async function startTestApp(
  role: Role,
  surroundings: Surroundings,
  overrides: Overrides = {},
  environment: NodeJS.ProcessEnv = {},
): Promise<App> {
  const app = await startApp(role, testConfig(role, surroundings, environment), {
    logger: createLogger('silent'),
    ...quickTiming,
    ...overrides,
  });
  onTestFinished(() => app.stop());
  return app;
}

export async function startBot(
  surroundings = newSurroundings(),
  overrides: Overrides = {},
  environment: NodeJS.ProcessEnv = {},
) {
  const surface = createRecordingSurface();
  const app = await startTestApp('bot', surroundings, { surface, ...overrides }, environment);
  return { app, store: app.store, service: app.service as IncidentService, surface };
}

export async function startWorker(
  surroundings: Surroundings,
  overrides: Overrides = {},
  environment: NodeJS.ProcessEnv = {},
) {
  const scripted = createScriptedDiagnose();
  const app = await startTestApp(
    'worker',
    surroundings,
    { diagnose: scripted.diagnose, ...overrides },
    environment,
  );
  return { app, ...scripted };
}

/** Bot and worker, as in production: two programs that meet in Redis only. */
export async function startBoth(overrides: Overrides = {}) {
  const surroundings = newSurroundings();
  const worker = await startWorker(surroundings, overrides);
  const bot = await startBot(surroundings, overrides);
  return { surroundings, worker, ...bot };
}

export const diagnoseDns = {
  verb: 'diagnose',
  playbook: 'dns',
  target: { kind: 'cluster' },
} satisfies Intent;

export const command = (changes: Partial<Command> = {}): Command => ({
  intent: diagnoseDns,
  by: 'U1',
  channel: 'C1',
  language: 'en',
  requestKey: randomUUID(),
  ...changes,
});
