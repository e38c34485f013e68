// The program as a whole: health port, start that fails, roles and exit codes of the process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { kubeconfigFile } from '../support/kubeconfig-file.ts';
import { createRecordingSurface } from '../support/recording-surface.ts';
import { newSurroundings, startTestApp, testConfig } from '../support/running-app.ts';
import { createScriptedDiagnose, eventually } from '../support/scripted-diagnose.ts';

const logger = createLogger('silent');
const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

test('bot and worker run in one process as the role all', async () => {
  const { diagnose } = createScriptedDiagnose();

  const app = await startTestApp('all', newSurroundings(), { diagnose, surface: createRecordingSurface() });

  const status = await app.service?.request({
    intent: { verb: 'status' },
    by: 'U1',
    channel: 'C1',
    language: 'en',
    requestKey: 'k',
  });
  expect(status).toMatchObject({ kind: 'status', clusters: [{ alive: true }] });
});

test('the health port tells life, readiness and metrics', async () => {
  const config = testConfig('bot', newSurroundings(), { HEALTH_PORT: '0', HOST: '127.0.0.1' });
  const app = await startApp('bot', config, { logger, surface: createRecordingSurface() });
  const get = (path: string) =>
    fetch(`http://127.0.0.1:${app.healthPort}${path}`, { headers: { connection: 'close' } });

  try {
    expect((await get('/healthz')).status).toBe(200);
    await eventually(async () => (await get('/readyz')).status === 200);
    expect(await (await get('/metrics')).text()).toContain('cni_triage_renderings_total');
    expect((await get('/')).status).toBe(404);
  } finally {
    await app.stop();
  }
});

test('a worker with a health port measures its cluster, and counts what it cannot measure', async () => {
  const { diagnose } = createScriptedDiagnose();
  const app = await startTestApp(
    'worker',
    newSurroundings(),
    { diagnose },
    {
      HEALTH_PORT: '0',
      HOST: '127.0.0.1',
      KUBECONFIG: await kubeconfigFile(),
    },
  );
  const metrics = async () =>
    (await fetch(`http://127.0.0.1:${app.healthPort}/metrics`, { headers: { connection: 'close' } })).text();

  const counted = ['agents', 'policies', 'addresses', 'mesh', 'dns'].map(
    (what) => `measurement_failed_total{cluster="prod-eu",what="${what}",reason="cluster-unreachable"} 1`,
  );
  await eventually(async () => {
    const read = await metrics();
    return counted.every((line) => read.includes(line));
  });
});

test('a start that fails half-way leaves nothing open', async () => {
  const config = testConfig('all', newSurroundings());
  const { worker: _, ...withoutWorker } = config;

  const start = startApp('all', withoutWorker, { logger, surface: createRecordingSurface() });

  await expect(start).rejects.toThrow('cluster');
});

test('stopping twice is harmless', async () => {
  const app = await startApp('bot', testConfig('bot', newSurroundings()), {
    logger,
    surface: createRecordingSurface(),
  });

  await Promise.all([app.stop(), app.stop()]);
});

test.each([
  [[], 2, 'usage:'],
  [['remediator'], 2, 'APPROVAL_PUBLIC_KEY_FILE is missing'],
  [['worker'], 2, 'CLUSTER_NAME is missing'],
] as const)('the process with arguments %j ends with code %i and says %s', async (args, code, words) => {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });

  const [exitCode] = await once(child, 'close');

  expect(exitCode).toBe(code);
  expect(said).toContain(words);
  expect(said).not.toContain('    at ');
});

test('the process ends with code 0 when it is told to stop', async () => {
  const { redisUrl, prefix } = newSurroundings();
  const kubeconfig = await kubeconfigFile();
  const child = spawn(process.execPath, [MAIN, 'worker'], {
    env: { REDIS_URL: redisUrl, REDIS_PREFIX: prefix, CLUSTER_NAME: 'prod-eu', KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.on('data', (chunk) => {
    log += chunk;
  });
  await eventually(() => log.includes('"started"'));

  child.kill('SIGTERM');
  const [exitCode] = await once(child, 'close');

  expect(exitCode).toBe(0);
  expect(log).toContain('"stopped"');
});

/** Path of a kubeconfig for a cluster that does not answer. */
