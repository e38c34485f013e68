// How the bot takes alerts: its certificates and rules from files, and what it does when only half of the storing works.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type AlertsConfig, ConfigError } from '../../src/config.ts';
import type { ReceivedAlert } from '../../src/incidents/alert.ts';
import { StoreUnavailable } from '../../src/incidents/ports.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { createSecret } from '../../src/ops/secret.ts';
import { type AlertStore, readRules, takeAlerts } from '../../src/take-alerts.ts';
import { captured, NOW, postOverTls, TOKEN } from '../alertmanager/posting.ts';
import { canSign, createAuthority } from '../support/authority.ts';

function start(webhook: Partial<AlertsConfig['webhook']>, wake: () => Promise<void> = async () => {}) {
  const stored: ReceivedAlert[] = [];
  const backlog = {
    put: async (_: string, alerts: ReceivedAlert[]) => {
      stored.push(...alerts);
      return 'stored';
    },
  } as unknown as AlertStore['backlog'];
  const closing: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const close of closing) await close();
  });
  const ground = {
    logger: createLogger('silent'),
    metrics: createMetrics(),
    clock: { now: () => NOW },
    onStop: (close: () => Promise<unknown>) => void closing.push(close),
  };
  const settings = {
    webhook: { host: '127.0.0.1', port: 0, ...webhook },
    channels: {},
    channel: 'C0ALERTS',
    clusterLabel: 'cluster',
  };
  return { stored, port: takeAlerts(ground, settings, { backlog, intake: { wake } }) };
}

test('alerts that are stored are acknowledged even when nobody can be told of them', async () => {
  const { stored, port } = start({ token: createSecret(TOKEN) }, async () => {
    throw new StoreUnavailable('gone in the meantime');
  });

  const answer = await fetch(`http://127.0.0.1:${await port}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(captured('group-of-two-firing')),
  });
  await answer.text();

  expect(answer.status).toBe(200);
  expect(stored).toHaveLength(2);
});

test.skipIf(!canSign)(
  'with a client CA in the settings, its certificates are let in without a token',
  async () => {
    const { folder, ca, sign } = await createAuthority();
    const client = await sign('client');
    await sign('bot');
    const tls = {
      certPath: join(folder, 'bot.crt'),
      keyPath: join(folder, 'bot.key'),
      clientCaPath: join(folder, 'ca.crt'),
    };
    const { stored, port } = start({ tls });

    const status = await postOverTls(await port, ca, client);
    await expect(postOverTls(await port, ca)).rejects.toThrow();

    expect(status).toBe(200);
    expect(stored).toHaveLength(2);
  },
);

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-rules-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'rules.yaml');
  await writeFile(path, text);
  return path;
}

test("the operator's rules are read from their file, and there are none without one", async () => {
  const path = await fileWith('- { match: { alertname: Foo }, ignore: true }');

  expect([await readRules(path), await readRules(undefined)]).toEqual([
    [expect.objectContaining({ ignore: true })],
    [],
  ]);
});

test.each([
  ['- { match: { alertname: Foo }, playbook: magic }', /cannot be used:\n {2}Rule 1: `playbook`/],
  [undefined, /^\/nowhere\/rules\.yaml cannot be read: ENOENT/],
])('rules that cannot be used are an error of the settings: %s', async (text, message) => {
  const path = text === undefined ? '/nowhere/rules.yaml' : await fileWith(text);

  const failure = await readRules(path).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ConfigError);
  expect((failure as Error).message).toMatch(message);
});
