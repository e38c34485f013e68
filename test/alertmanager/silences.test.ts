// Which labels a silence names, and what the client says to Alertmanager. Whether it mutes is in real-alertmanager.test.ts.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSilencer, silenceMatchers } from '../../src/alertmanager/silences.ts';
import type { ReceivedAlert } from '../../src/incidents/alert.ts';
import { createSecret } from '../../src/ops/secret.ts';
import { sampleAlert } from '../support/sample-alert.ts';

const alert = (labels: Record<string, string>): ReceivedAlert =>
  sampleAlert({ name: labels.alertname ?? '', labels });
const inPod = (pod: string, more: Record<string, string> = {}) =>
  alert({ alertname: 'KubePodNotReady', namespace: 'shop', pod, ...more });
const matchersOf = (...alerts: ReceivedAlert[]) => silenceMatchers(alerts, 'cluster');

describe('a silence names', () => {
  test('the place of a single alert, its cluster and its job, and nothing that changes', () => {
    const labels = { cluster: 'prod-eu', job: 'kubelet', severity: 'warning', reason: 'Evicted', uid: 'u-1' };

    expect(matchersOf(inPod('web-1', labels))).toEqual([
      { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'web-1', cluster: 'prod-eu', job: 'kubelet' },
    ]);
  });

  test('what alerts of one name share', () => {
    expect(matchersOf(inPod('web-1'), inPod('web-2'))).toEqual([
      { alertname: 'KubePodNotReady', namespace: 'shop' },
    ]);
  });

  test('each name apart', () => {
    const node = alert({ alertname: 'KubeNodeNotReady', node: 'n1' });

    expect(matchersOf(inPod('web-1'), node)).toEqual([
      { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'web-1' },
      { alertname: 'KubeNodeNotReady', node: 'n1' },
    ]);
  });

  test('each place apart where no place is shared', () => {
    const nodes = ['n1', 'n2'].map((node) => alert({ alertname: 'KubeNodeNotReady', cluster: 'c', node }));

    expect(matchersOf(...nodes, inPod('a', { namespace: 'one' }), inPod('b', { namespace: 'two' }))).toEqual([
      { alertname: 'KubeNodeNotReady', node: 'n1', cluster: 'c' },
      { alertname: 'KubeNodeNotReady', node: 'n2', cluster: 'c' },
      { alertname: 'KubePodNotReady', namespace: 'one', pod: 'a' },
      { alertname: 'KubePodNotReady', namespace: 'two', pod: 'b' },
    ]);
  });

  test('only the name and the cluster when the alerts name no place', () => {
    expect(matchersOf(alert({ alertname: 'CoreDNSDown', cluster: 'prod-eu' }))).toEqual([
      { alertname: 'CoreDNSDown', cluster: 'prod-eu' },
    ]);
  });

  test('not the place of the exporter, which moves', () => {
    const exporter = { job: 'kube-state-metrics', instance: '10.0.0.9:8080', pod: 'kube-state-metrics-x' };
    const labels = {
      ...exporter,
      namespace: 'monitoring',
      exported_namespace: 'shop',
      exported_pod: 'web-1',
    };

    expect(matchersOf(alert({ alertname: 'KubePodNotReady', ...labels }))).toEqual([
      {
        alertname: 'KubePodNotReady',
        exported_namespace: 'shop',
        exported_pod: 'web-1',
        job: 'kube-state-metrics',
      },
    ]);
  });

  test('foreign text as it is, for it is compared and not interpreted', () => {
    const pod = '.*"} or {namespace=~".+';

    expect(matchersOf(inPod(pod))[0]).toMatchObject({ pod });
  });

  test('nothing of an alert whose name or place was cut', () => {
    const long = 'x'.repeat(1024);

    expect(matchersOf(inPod(long), inPod('web-1'), alert({ alertname: long, node: 'n1' }))).toEqual([
      { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'web-1' },
    ]);
  });

  test('an absent name as an empty one, so that other alerts of the place are heard', () => {
    expect(matchersOf(alert({ node: 'n1' }))).toEqual([{ alertname: '', node: 'n1' }]);
  });
});

interface Call {
  call: string;
  authorization: string | undefined;
  body?: unknown;
}

/** Answers the calls in turn, the last answer again and again; 200 for a DELETE. */
async function startApi(...answers: [status: number, body: string][]) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = method === 'POST' ? await json(request) : undefined;
    calls.push({ call: `${method} ${url}`, authorization: headers.authorization, body });
    const [status, text] = method === 'DELETE' ? [200, ''] : (answers.shift() ?? [200, '{}']);
    response.writeHead(status, { connection: 'close' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise((resolve) => server.close(resolve));
  onTestFinished(async () => void (await close()));
  return { calls, address: `127.0.0.1:${port}`, close };
}

const created = (silenceID: string): [number, string] => [200, JSON.stringify({ silenceID })];
const request = { untilAt: '2026-03-01T04:00:00.000Z', by: 'U1', comment: 'cni-triage incident dns-7k2p' };

test('a silence is asked for by equal labels, from now until then, by name of who asked', async () => {
  const { calls, address } = await startApi(created('s-1'));
  const silencer = createSilencer({ url: `http://${address}/alerts/`, clusterLabel: 'cluster' });

  const count = await silencer.silence([inPod('web-1')], request);

  expect(count).toBe(1);
  expect(calls).toEqual([
    {
      call: 'POST /alerts/api/v2/silences',
      authorization: undefined,
      body: {
        matchers: [
          { name: 'alertname', value: 'KubePodNotReady', isRegex: false, isEqual: true },
          { name: 'namespace', value: 'shop', isRegex: false, isEqual: true },
          { name: 'pod', value: 'web-1', isRegex: false, isEqual: true },
        ],
        startsAt: expect.stringMatching(/^1970-/),
        endsAt: request.untilAt,
        createdBy: 'U1',
        comment: request.comment,
      },
    },
  ]);
});

test('a token is sent as bearer, user and password of the address as basic authentication', async () => {
  const { calls, address } = await startApi(created('s-1'), created('s-2'));
  const clusterLabel = 'cluster';
  const withToken = createSilencer({ url: `http://${address}`, token: createSecret('t0ken'), clusterLabel });
  const withUser = createSilencer({ url: `http://me:p%40ss@${address}`, clusterLabel });

  await withToken.silence([inPod('web-1')], request);
  await withUser.silence([inPod('web-1')], request);

  expect(calls.map(({ authorization }) => authorization)).toEqual([
    'Bearer t0ken',
    `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
  ]);
});

test('when one of several silences is refused, those that were made are taken back', async () => {
  const { calls, address } = await startApi(created('s-1'), [400, JSON.stringify('bad matcher')]);
  const silencer = createSilencer({ url: `http://${address}`, clusterLabel: 'cluster' });
  const alerts = [inPod('web-1'), alert({ alertname: 'KubeNodeNotReady', node: 'n1' })];

  const silence = silencer.silence(alerts, request);

  await expect(silence).rejects.toMatchObject({ name: 'SilenceFailed', reason: '400 bad matcher' });
  expect(calls.map(({ call }) => call)).toEqual([
    'POST /api/v2/silences',
    'POST /api/v2/silences',
    'DELETE /api/v2/silence/s-1',
  ]);
});

test.each<[string, [number, string], RegExp]>([
  ['of a proxy that refuses', [403, '<html>no'.padEnd(5000, 'o')], /^403 <html>no/],
  ['of something else', [200, '<html>hello'], /^the answer is not that of Alertmanager$/],
  ['without an id', [200, '{}'], /^the answer is not that of Alertmanager$/],
])('an answer %s is a failure with a short reason', async (_, answer, reason) => {
  const { address } = await startApi(answer);
  const silencer = createSilencer({ url: `http://${address}`, clusterLabel: 'cluster' });

  const failure = await silencer.silence([inPod('web-1')], request).catch((error: unknown) => error);

  expect(failure).toMatchObject({ name: 'SilenceFailed', reason: expect.stringMatching(reason) });
  expect((failure as { reason: string }).reason.length).toBeLessThanOrEqual(200);
});

test('when no alert can be named, Alertmanager is not asked', async () => {
  const { calls, address } = await startApi();
  const silencer = createSilencer({ url: `http://${address}`, clusterLabel: 'cluster' });

  const silence = silencer.silence([inPod('x'.repeat(1024))], request);

  await expect(silence).rejects.toMatchObject({ name: 'SilenceFailed' });
  expect(calls).toEqual([]);
});

test('an Alertmanager that is not there is a failure that says why, without the password', async () => {
  const { address, close } = await startApi();
  await close();
  const silencer = createSilencer({ url: `http://me:hunter2@${address}`, clusterLabel: 'cluster' });

  const failure = await silencer.silence([inPod('web-1')], request).catch((error: unknown) => error);

  expect(failure).toMatchObject({ name: 'SilenceFailed', reason: 'ECONNREFUSED' });
  expect(String((failure as Error).cause)).not.toContain('hunter2');
});
