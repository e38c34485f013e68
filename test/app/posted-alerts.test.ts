// Alerts from the webhook on: what Alertmanager posts becomes an incident of the running bot, whether Redis is there or
// comes back.

import { expect, onTestFinished, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { captured } from '../alertmanager/posting.ts';
import { alertSettings, startAlerted } from '../support/alerted-app.ts';
import { eventually } from '../support/eventually.ts';
import { startPrivateRedis } from '../support/redis.ts';
import { CLUSTER, newSurroundings, startBot } from '../support/running-app.ts';

const payload = captured('group-of-two-firing');
for (const { labels } of payload.alerts) labels.cluster = CLUSTER;

const post = ({ webhookPort }: App, body: unknown): Promise<number> =>
  fetch(`http://127.0.0.1:${webhookPort}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${alertSettings.WEBHOOK_TOKEN}` },
    body: JSON.stringify(body),
  }).then(async (answer) => {
    await answer.text();
    return answer.status;
  });

test('what Alertmanager posts is one incident, and is counted', async () => {
  const { app, worker, onlyIncident } = await startAlerted({}, { HEALTH_PORT: '0' });

  const status = await post(app, payload);

  expect(status).toBe(200);
  const { request } = await worker.run(0);
  expect(request.playbook).toBe('pod');
  expect((await onlyIncident()).alerts).toMatchObject({ firing: 2 });
  const metrics = await (await fetch(`http://127.0.0.1:${app.healthPort}/metrics`)).text();
  expect(metrics).toContain('cni_triage_webhook_seconds_count{status="200"} 1');
  expect(metrics).toContain('cni_triage_alerts_received_total 2');
  expect(metrics).toContain('cni_triage_alerts_waiting 0');
  expect(metrics).toContain('cni_triage_alerts_total{became="opened"} 1');
  expect(metrics).toContain('cni_triage_alerts_total{became="joined"} 1');
});

test('without Redis Alertmanager keeps its alerts, and they are taken when Redis is back', async () => {
  const redis = await startPrivateRedis({ appendOnly: true });
  onTestFinished(() => redis.stop());
  const { app, store } = await startBot(
    newSurroundings(redis.url),
    {},
    { ...alertSettings, HEALTH_PORT: '0' },
  );
  await redis.interrupt();

  const refused = await post(app, payload);
  const metrics = await fetch(`http://127.0.0.1:${app.healthPort}/metrics`);
  await redis.restart();

  expect(refused).toBe(503);
  expect(metrics.status).toBe(200);
  expect(await metrics.text()).toContain('cni_triage_webhook_seconds_count{status="503"} 1');
  await eventually(async () => expect(await post(app, payload)).toBe(200));
  await eventually(async () => expect(await store.listOpen()).toHaveLength(1));
});

test('a bot that starts without Redis takes alerts as soon as it is there', async () => {
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  await redis.interrupt();
  const { app, store } = await startBot(newSurroundings(redis.url), {}, alertSettings);

  const refused = await post(app, payload);
  await redis.restart();

  expect(refused).toBe(503);
  await eventually(async () => expect(await post(app, payload)).toBe(200));
  await eventually(async () => expect(await store.listOpen()).toHaveLength(1));
});

test('a bot without settings for alerts opens no webhook', async () => {
  const { app } = await startBot();

  expect(app.webhookPort).toBeUndefined();
});

test('a certificate that cannot be read is an error of the settings', async () => {
  const files = { WEBHOOK_TLS_CERT: '/nowhere/tls.crt', WEBHOOK_TLS_KEY: '/nowhere/tls.key' };

  const start = startBot(newSurroundings(), {}, { ...alertSettings, ...files });

  await expect(start).rejects.toThrow(/^\/nowhere\/tls\.crt cannot be read: ENOENT/);
});
