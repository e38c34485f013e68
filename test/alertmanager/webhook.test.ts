// What the webhook takes, refuses and says, over real connections. A real Alertmanager is in real-alertmanager.test.ts.

import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/incidents/ports.ts';
import { captured, NOW, startTestWebhook, TOKEN } from './posting.ts';

const payload = captured('group-of-two-firing');

/** Sends that text and nothing more; what came back when the other side had ended. */
async function exchange(port: number, ...parts: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let heard = '';
  socket.on('data', (text) => {
    heard += text;
  });
  for (const part of parts) socket.write(part);
  await once(socket, 'end');
  socket.destroy();
  return heard;
}

const head = (...lines: string[]): string =>
  ['POST /webhooks/alertmanager HTTP/1.1', 'Host: bot', `Authorization: Bearer ${TOKEN}`, ...lines]
    .map((line) => `${line}\r\n`)
    .join('')
    .concat('\r\n');

test('alerts are acknowledged when they are stored', async () => {
  const { post, stored, answered } = await startTestWebhook();

  const answer = await post(payload);

  expect(answer).toMatchObject({ status: 200, ok: true, message: 'The alerts are stored.' });
  expect(stored().map(({ name, labels }) => [name, labels.pod])).toEqual([
    ['KubePodNotReady', 'web-7d4b9c-abcde'],
    ['KubePodNotReady', 'web-7d4b9c-fghij'],
  ]);
  expect(answered).toEqual([200]);
});

test('the same delivery again is acknowledged and stored once', async () => {
  const { post, stored } = await startTestWebhook();

  const answers = [await post(payload), await post(payload)];

  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(answers[1]?.message).toBe('The alerts were stored before.');
  expect(stored()).toHaveLength(2);
});

test('nothing is answered before the alerts are stored', async () => {
  const storing = Promise.withResolvers<'stored'>();
  const asked = Promise.withResolvers<void>();
  const { post } = await startTestWebhook({
    inbox: {
      put: () => {
        asked.resolve();
        return storing.promise;
      },
    },
  });
  const steps: string[] = [];

  const answer = post(payload).then(() => steps.push('answered'));
  await asked.promise;
  await new Promise(setImmediate);
  steps.push('stored');
  storing.resolve('stored');
  await answer;

  expect(steps).toEqual(['stored', 'answered']);
});

test('without Redis Alertmanager is asked to come again', async () => {
  const { post } = await startTestWebhook({
    inbox: { put: () => Promise.reject(new StoreUnavailable('no answer')) },
  });

  const { status, ok, headers } = await post(payload);

  expect({ status, ok }).toEqual({ status: 503, ok: false });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

test('an error of ours is logged and not told', async () => {
  const { post, log } = await startTestWebhook({
    inbox: { put: () => Promise.reject(new Error('inner secret detail')) },
  });

  const { status, message } = await post(payload);

  expect(status).toBe(500);
  expect(message).not.toContain('detail');
  expect(log.join('')).toContain('inner secret detail');
});

test.each(['', 'wrong', `${TOKEN}x`, `${TOKEN} ${TOKEN}`])('the token "%s" is refused', async (token) => {
  const { post, stored } = await startTestWebhook();

  const { status, ok, headers } = await post(payload, { token });

  expect({ status, ok }).toEqual({ status: 401, ok: false });
  expect(headers.get('www-authenticate')).toBe('Bearer');
  expect(stored()).toEqual([]);
});

test('another scheme and no header at all are refused as well', async () => {
  const { url } = await startTestWebhook();

  const answers = await Promise.all(
    [{}, { authorization: `Basic ${TOKEN}` }, { authorization: TOKEN }].map((headers) =>
      fetch(url, { method: 'POST', headers, body: JSON.stringify(payload) }),
    ),
  );

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  await Promise.all(answers.map((answer) => answer.body?.cancel()));
});

test('another path is not found, another method not allowed', async () => {
  const { url } = await startTestWebhook();

  const elsewhere = await fetch(new URL('/', url), { method: 'POST', body: '{}' });
  const looked = await fetch(url);

  expect(elsewhere.status).toBe(404);
  expect(looked.status).toBe(405);
  expect(looked.headers.get('allow')).toBe('POST');
  expect([await elsewhere.json(), await looked.json()]).toEqual([
    { ok: false, message: expect.stringContaining('/webhooks/alertmanager') },
    { ok: false, message: expect.stringContaining('POST') },
  ]);
});

test.each(['', 'alerts!', '{"version":"4"', '\0'])('the body %j is not JSON', async (body) => {
  const { post } = await startTestWebhook();

  const { status, message } = await post(body);

  expect({ status, message }).toEqual({ status: 400, message: 'The body is not JSON.' });
});

test('the webhook of another tool is refused with a sentence that says what was expected', async () => {
  const { post, stored } = await startTestWebhook();

  const { status, message } = await post({ version: '1', orgId: 1, status: 'firing', alerts: [] });

  expect(status).toBe(422);
  expect(message).toContain("Alertmanager's webhook of version 4");
  expect(message).toContain('Grafana');
  expect(stored()).toEqual([]);
});

test('a body of exactly the limit is taken, one more byte is not', async () => {
  const text = JSON.stringify(payload);
  const { post } = await startTestWebhook({ maxBodyBytes: text.length });

  const statuses = [(await post(text)).status, (await post(`${text} `)).status];

  expect(statuses).toEqual([200, 413]);
});

test('a body that does not say how long it is is counted as it comes, and the connection is closed', async () => {
  const { port, stored } = await startTestWebhook({ maxBodyBytes: 1000 });
  const chunk = `400\r\n${'x'.repeat(0x400)}\r\n`;

  const heard = await exchange(port, head('Transfer-Encoding: chunked'), chunk, chunk);

  expect(heard).toMatch(/^HTTP\/1\.1 413 /);
  expect(heard).toContain('connection: close');
  expect(heard).toContain('"ok":false');
  expect(stored()).toEqual([]);
});

test('who sends far too much reads the refusal nevertheless', async () => {
  const { post } = await startTestWebhook({ maxBodyBytes: 4_000_000 });

  const { status } = await post('x'.repeat(7_000_000));

  expect(status).toBe(413);
});

test('who hangs up in the middle leaves nothing behind', async () => {
  const { port, post, answered } = await startTestWebhook();
  const socket = connect(port, '127.0.0.1');
  socket.write(head('Content-Length: 1000'));
  socket.write('{"version":"4"');
  await once(socket, 'connect');

  socket.resetAndDestroy();
  const { status } = await post(payload);

  expect(status).toBe(200);
  expect(answered).toEqual([200]);
});

test('a sender that goes on being wrong is logged once a minute for each kind', async () => {
  let nowMs = NOW.getTime();
  const { post, log, answered } = await startTestWebhook({ clock: { now: () => new Date(nowMs) } });
  const wrong = () => post(payload, { token: 'wrong' });

  for (let time = 0; time < 5; time += 1) await wrong();
  await post('no JSON');
  nowMs += 60_000;
  await wrong();

  expect(answered).toEqual([401, 401, 401, 401, 401, 400, 401]);
  expect(log.map((line) => JSON.parse(line).status)).toEqual([401, 400, 401]);
});

test('neither the token nor a wrong one reaches the log', async () => {
  const { post, log } = await startTestWebhook();

  await post(payload, { token: 'somebody-elses-token' });
  await post({ version: '4', token: TOKEN });

  expect(log).toHaveLength(2);
  expect(log.join('')).not.toMatch(/somebody-elses-token|a-token-of-some-length/);
});

test('a request that is being answered is answered before the webhook is closed', async () => {
  const storing = Promise.withResolvers<'stored'>();
  const asked = Promise.withResolvers<void>();
  const { post, close } = await startTestWebhook({
    inbox: {
      put: () => {
        asked.resolve();
        return storing.promise;
      },
    },
  });
  const answer = post(payload);
  await asked.promise;

  const closed = close();
  storing.resolve('stored');

  expect((await answer).status).toBe(200);
  await closed;
});
