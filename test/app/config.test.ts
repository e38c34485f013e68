// Settings from the environment: what is refused and how it is told, and secrets that do not show.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { scheduledChecks } from '../../src/checklist/schedule.ts';
import { ConfigError, type Role, readConfig } from '../../src/config.ts';

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-top-secret', SLACK_APP_TOKEN: 'xapp-top-secret' };

function refusalOf(role: Role, environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(role, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

test('a worker needs the name of its cluster and nothing of Slack', () => {
  const config = readConfig('worker', { CLUSTER_NAME: 'prod-eu' });

  expect(config.worker).toMatchObject({ cluster: 'prod-eu', concurrency: 4 });
  expect(config.slack).toBeUndefined();
});

test.each([
  [{ HEALTH_PORT: '9090' }, 60_000],
  [{ HEALTH_PORT: '9090', MEASURE_SECONDS: '30' }, 30_000],
  [{ HEALTH_PORT: '9090', MEASURE_SECONDS: '0' }, undefined],
  [{ MEASURE_SECONDS: '30' }, undefined],
])('a worker with %j measures every %s ms', (environment, everyMs) => {
  const config = readConfig('worker', { CLUSTER_NAME: 'prod-eu', ...environment });

  expect(config.worker?.measureEveryMs).toBe(everyMs);
});

test('every item is checked by itself unless the settings say otherwise', () => {
  const checksOf = (environment: NodeJS.ProcessEnv) =>
    readConfig('worker', { CLUSTER_NAME: 'prod-eu', ...environment }).worker?.checks;
  const all = checksOf({}) ?? {};
  const { mesh: _, ...withoutMesh } = all;

  expect(Object.keys(all)).toEqual([...scheduledChecks]);
  expect(checksOf({ CHECKS: 'off' })).toEqual({});
  expect(checksOf({ CHECKS: 'dns=5,mesh=off' })).toEqual({ ...withoutMesh, dns: { everyMs: 300_000 } });
});

test('everything that is missing is named at once, with an example', () => {
  const refusal = refusalOf('all', { SLACK_BOT_TOKEN: '' });

  for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'CLUSTER_NAME']) {
    expect(refusal).toContain(`  ${name} is missing\n    example: ${name}=`);
  }
});

test.each([
  ['REDIS_URL', 'http://127.0.0.1'],
  ['REDIS_PREFIX', 'Cni:triage'],
  ['CLUSTER_NAME', 'Prod EU'],
  ['SLACK_BOT_TOKEN', 'hello'],
  ['SLACK_APP_TOKEN', 'xoxb-wrong-place'],
  ['PORT', '70000'],
  ['CHANNEL_CLUSTERS', 'C012AB3CD'],
  ['CHANNEL_LANGUAGES', 'C012AB3CD=fr'],
  ['RESPONSE_MINUTES', 'dns=soon'],
  ['RESPONSE_MINUTES', 'coffee=5'],
  ['CHECKS', 'coffee=5'],
  ['CHECKS', 'dns=now'],
  ['HEALTH_PORT', 'x'],
  ['MEASURE_SECONDS', 'often'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused without being repeated', (name, value) => {
  const refusal = refusalOf('all', { ...SLACK, CLUSTER_NAME: 'prod-eu', [name]: value });

  expect(refusal).toContain(`  ${name} `);
  expect(
    refusal
      .split('\n')
      .filter((line) => !line.includes('example'))
      .join(),
  ).not.toContain(value);
});

test('tables are read per channel and per fault', () => {
  const config = readConfig('bot', {
    ...SLACK,
    CHANNEL_CLUSTERS: 'C1=prod-eu, C2=prod-us',
    CHANNEL_LANGUAGES: 'C1=zh',
    RESPONSE_MINUTES: 'dns=20',
  });

  expect(config.bot).toMatchObject({
    channelClusters: { C1: 'prod-eu', C2: 'prod-us' },
    channelLanguages: { C1: 'zh' },
    responseMinutes: { dns: 20, cluster: 15 },
  });
});

test('without an app-level token Slack is received over HTTP', () => {
  const config = readConfig('bot', {
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: '0123456789abcdef',
    PORT: '3001',
  });

  expect(config.slack).toMatchObject({ mode: 'http', port: 3001 });
});

test('a secret shows in no way of printing the settings', () => {
  const config = readConfig('all', {
    ...SLACK,
    CLUSTER_NAME: 'prod-eu',
    REDIS_URL: 'redis://:top-secret@127.0.0.1',
  });

  const printed = [JSON.stringify(config), inspect(config, { depth: 9 }), `${config.slack?.botToken}`].join(
    '\n',
  );

  expect(printed).not.toContain('top-secret');
  expect(config.slack?.botToken.reveal()).toBe('xoxb-top-secret');
});

test('settings cannot be changed after they were read', () => {
  const config = readConfig('worker', { CLUSTER_NAME: 'prod-eu' });

  expect(() => Object.assign(config.bot.channelClusters, { C1: 'x' })).toThrow(TypeError);
});

test.each([
  [{ APPROVERS: '/etc/approvers.yaml' }, 'APPROVAL_KEY_FILE is missing'],
  [{ APPROVAL_KEY_FILE: '/etc/private.pem' }, 'APPROVERS is missing'],
])('a bot with %j only is refused', (environment, sentence) => {
  const refusal = refusalOf('bot', { ...SLACK, ...environment });

  expect(refusal).toContain(sentence);
});
