// The webhook and the silences against a real Alertmanager, which is Debian's: what its payloads, retries and API do.

import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createSilencer } from '../../src/alertmanager/silences.ts';
import { StoreUnavailable } from '../../src/incidents/ports.ts';
import { createSecret } from '../../src/ops/secret.ts';
import { alertSettings, startAlerted } from '../support/alerted-app.ts';
import { startAlertmanager } from '../support/alertmanager.ts';
import { canSign, createAuthority } from '../support/authority.ts';
import { findDebianProgram } from '../support/debian-programs.ts';
import { eventually } from '../support/eventually.ts';
import { command } from '../support/running-app.ts';
import { sampleAlert } from '../support/sample-alert.ts';
import { createMemoryInbox, startTestWebhook, TOKEN } from './posting.ts';

const program = (await findDebianProgram('prometheus-alertmanager')) ?? '';

const without = 'Skipped: there is no prometheus-alertmanager here, and apt does not bring it.';
if (program === '') process.stderr.write(`${without}\n`);

beforeEach(({ skip }) => skip(program === '', without));

const bearer = (token: string) => ({ authorization: { credentials: token } });
const podLabels = (pod: string) => ({
  alertname: 'KubePodNotReady',
  cluster: 'prod-eu',
  namespace: 'shop',
  pod,
});

test('alerts of a group, and the end of one, arrive as what they are', async () => {
  const alertmanager = await startAlertmanager(program);
  const { url, stored } = await startTestWebhook();
  await alertmanager.postTo(url, bearer(TOKEN));

  await alertmanager.take([
    { labels: podLabels('web-1'), summary: 'not ready', startsAt: '2026-11-23T01:03:38.844123456Z' },
    { labels: podLabels('web-2') },
  ]);
  const firing = await eventually(() => {
    expect(stored()).toHaveLength(2);
    return stored();
  });
  await alertmanager.take([{ labels: podLabels('web-1'), endsAt: new Date().toISOString() }]);
  const end = await eventually(() => {
    const found = stored().find(({ status }) => status === 'resolved');
    expect(found).toBeDefined();
    return found;
  });

  const first = firing.find(({ labels }) => labels.pod === 'web-1');
  expect(first).toMatchObject({
    name: 'KubePodNotReady',
    status: 'firing',
    cluster: 'prod-eu',
    summary: 'not ready',
    startsAt: '2026-11-23T01:03:38.844Z',
    truncated: 0,
  });
  expect(first).not.toHaveProperty('endsAt');
  expect(end).toMatchObject({ fingerprint: first?.fingerprint, startsAt: first?.startsAt });
  expect(end?.endsAt).toMatch(/^20\d\d-.*Z$/);
});

test('with a wrong token nothing is taken, and Alertmanager counts a failure', async () => {
  const alertmanager = await startAlertmanager(program);
  const { url, stored, answered } = await startTestWebhook();
  await alertmanager.postTo(url, bearer('wrong'));

  await alertmanager.take([{ labels: podLabels('web-1') }]);
  await eventually(async () => expect(await alertmanager.failures()).toBeGreaterThan(0));

  expect(answered[0]).toBe(401);
  expect(stored()).toEqual([]);
});

test('what could not be stored is sent again until it is, and stored once', async () => {
  const alertmanager = await startAlertmanager(program);
  const memory = createMemoryInbox();
  let outage = 2;
  const { url, answered } = await startTestWebhook({
    inbox: {
      put: async (key, alerts) => {
        outage -= 1;
        if (outage >= 0) throw new StoreUnavailable('gone');
        return memory.inbox.put(key, alerts);
      },
    },
  });
  await alertmanager.postTo(url, bearer(TOKEN));

  await alertmanager.take([{ labels: podLabels('web-1') }]);
  await eventually(() => expect(answered).toContain(200));

  expect(answered.slice(0, 3)).toEqual([503, 503, 200]);
  expect(memory.alerts()).toHaveLength(1);
});

test.skipIf(!canSign)('a client certificate opens the webhook without a token', async () => {
  const authority = await createAuthority();
  const server = await authority.sign('bot');
  await authority.sign('client');
  const alertmanager = await startAlertmanager(program);
  const { port, stored } = await startTestWebhook({
    access: { tls: { ...server, clientCa: authority.ca } },
  });
  await alertmanager.postTo(`https://127.0.0.1:${port}/webhooks/alertmanager`, {
    tls_config: {
      ca_file: join(authority.folder, 'ca.crt'),
      cert_file: join(authority.folder, 'client.crt'),
      key_file: join(authority.folder, 'client.key'),
    },
  });

  await alertmanager.take([{ labels: podLabels('web-1') }]);

  await eventually(() => expect(stored()).toHaveLength(1));
});

test('a silence mutes what it is about at once, and nothing else', async () => {
  const alertmanager = await startAlertmanager(program);
  await alertmanager.take([{ labels: podLabels('web-1') }, { labels: podLabels('web-2') }]);
  const silencer = createSilencer({ url: `${alertmanager.url}/`, clusterLabel: 'cluster' });

  const count = await silencer.silence([sampleAlert({ labels: podLabels('web-1') })], {
    untilAt: new Date(Date.now() + 3_600_000).toISOString(),
    by: 'U1',
    comment: 'cni-triage incident dns-7k2p',
  });

  expect(count).toBe(1);
  await eventually(async () => expect(await alertmanager.mutedPods()).toEqual(['web-1']));
});

test('a silence that Alertmanager does not take fails with its own words', async () => {
  const alertmanager = await startAlertmanager(program);
  const silencer = createSilencer({
    url: alertmanager.url,
    clusterLabel: 'cluster',
    token: createSecret('t'),
  });

  const silence = silencer.silence([sampleAlert()], {
    untilAt: '2020-01-01T00:00:00Z',
    by: 'U1',
    comment: 'over',
  });

  await expect(silence).rejects.toMatchObject({
    name: 'SilenceFailed',
    reason: expect.stringMatching(/^400 .*past/),
  });
});

test('an alert opens an incident of the bot, whose silence mutes it where it came from', async () => {
  const alertmanager = await startAlertmanager(program);
  const { app, onlyIncident, service, backlog } = await startAlerted(
    {},
    { ALERTMANAGER_URL: alertmanager.url },
  );
  await alertmanager.postTo(
    `http://127.0.0.1:${app.webhookPort}/webhooks/alertmanager`,
    bearer(alertSettings.WEBHOOK_TOKEN),
  );
  await alertmanager.take([{ labels: podLabels('web-1') }]);
  await eventually(async () => expect(await backlog.counts()).toMatchObject({ opened: 1 }));
  const { id } = await onlyIncident();

  const reply = await service.request(command({ intent: { verb: 'silence', incident: id, minutes: 30 } }));

  expect(reply).toMatchObject({ kind: 'acted', act: 'silenced' });
  await eventually(async () => expect(await alertmanager.mutedPods()).toEqual(['web-1']));
});
