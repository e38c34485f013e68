// docker-compose.yml: has the shape that Compose wants, and starts the program with settings that it takes.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config.ts';

const root = join(import.meta.dirname, '..', '..');

const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  restart: z.literal('unless-stopped'),
  init: z.boolean().optional(),
  stop_grace_period: z.string().optional(),
  healthcheck: z.strictObject({
    test: z.array(z.string()),
    interval: z.string(),
    timeout: z.string(),
    start_period: z.string().optional(),
  }),
});

const compose = z
  .object({
    services: z.strictObject({ redis: service, bot: service, worker: service }),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }));

const settings: Record<string, string> = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  CLUSTER_NAME: 'prod-eu',
};

const filledIn = (text: string, chosen = settings): string =>
  text.replace(
    /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
    (_, name: string, otherwise = '') => chosen[name] ?? otherwise,
  );

test('with a token and a channel the bot of the compose file takes alerts at the port that is published', () => {
  const { environment = {}, ports } = compose.services.bot;
  const chosen = { ...settings, WEBHOOK_TOKEN: 'a-token-of-some-length', ALERT_CHANNEL: 'C0ALERTS' };
  const given = Object.entries(environment).map(([name, value]) => [name, filledIn(value, chosen)]);

  const config = readConfig('bot', Object.fromEntries(given));

  expect(config.alerts).toMatchObject({ channel: 'C0ALERTS', webhook: { port: 8090 } });
  expect(ports).toEqual(['8090:8090']);
});

test.each(['bot', 'worker'] as const)('the %s takes the settings of its service', (role) => {
  const { command, environment = {} } = compose.services[role];
  const given = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, filledIn(value)]),
  );

  const config = readConfig(role, given);

  expect(command).toEqual([role]);
  expect(config.health).toEqual({ host: '0.0.0.0', port: 9090 });
});

test('bot and worker are built from the image that exists, and wait for Redis', () => {
  for (const { build, depends_on } of [compose.services.bot, compose.services.worker]) {
    expect(existsSync(join(root, build?.dockerfile ?? ''))).toBe(true);
    expect(depends_on).toHaveProperty('redis');
  }
});

test('Redis keeps its data and evicts nothing', () => {
  const { command, volumes } = compose.services.redis;

  expect(command.join(' ')).toContain('--appendonly yes --maxmemory-policy noeviction');
  expect(volumes).toEqual(['redis-data:/data']);
});
