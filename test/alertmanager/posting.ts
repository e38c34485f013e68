// A webhook on loopback in front of an inbox in memory, and what is posted to it.

import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { startWebhook, type WebhookParts } from '../../src/alertmanager/webhook.ts';
import type { AlertInbox, ReceivedAlert } from '../../src/incidents/alert.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { createSecret } from '../../src/ops/secret.ts';
import type { Pair } from '../support/authority.ts';

export const TOKEN = 'a-token-of-some-length';
export const NOW = new Date('2026-11-23T01:04:00.000Z');

/** A payload that a real Alertmanager 0.25 sent. */
export const captured = (situation: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'payloads', `${situation}.json`), 'utf8'));

export function createMemoryInbox() {
  const deliveries = new Map<string, ReceivedAlert[]>();
  const inbox: AlertInbox = {
    put: async (key, alerts) => {
      if (deliveries.has(key)) return 'repeated';
      deliveries.set(key, alerts);
      return 'stored';
    },
  };
  return { inbox, alerts: () => [...deliveries.values()].flat() };
}

export async function startTestWebhook(changes: Partial<WebhookParts> = {}) {
  const memory = createMemoryInbox();
  const log: string[] = [];
  const answered: number[] = [];
  const webhook = await startWebhook({
    host: '127.0.0.1',
    port: 0,
    access: { token: createSecret(TOKEN) },
    inbox: memory.inbox,
    clusterLabel: 'cluster',
    clock: { now: () => NOW },
    logger: createLogger('info', { write: (line) => void log.push(line) }),
    onAnswered: (status) => answered.push(status),
    ...changes,
  });
  onTestFinished(webhook.close);
  const url = `http://127.0.0.1:${webhook.port}/webhooks/alertmanager`;

  async function post(body: unknown, { token = TOKEN }: { token?: string } = {}) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const { ok, message } = (await response.json()) as { ok: boolean; message: string };
    return { status: response.status, ok, message, headers: response.headers };
  }
  return { ...webhook, url, post, stored: memory.alerts, log, answered };
}

/** Posts a captured payload, in a connection of its own; resolves to the status, and rejects when there is no connection. */
export function postOverTls(port: number, ca: string, client?: Pair, token?: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const where = { host: '127.0.0.1', port, path: '/webhooks/alertmanager', method: 'POST' };
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  request({ ...where, ca, ...client, headers, agent: false }, (response) => {
    text(response).then(() => resolve(response.statusCode ?? 0), reject);
  })
    .on('error', reject)
    .end(JSON.stringify(captured('group-of-two-firing')));
  return promise;
}
