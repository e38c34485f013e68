// The webhook with certificates: those of a client CA may post, others do not even get a connection.

import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createSecret } from '../../src/ops/secret.ts';
import { canSign, createAuthority, type Pair } from '../support/authority.ts';
import { captured, startTestWebhook, TOKEN } from './posting.ts';

const withOpenssl = test.skipIf(!canSign);
const payload = JSON.stringify(captured('group-of-two-firing'));

async function post(port: number, ca: string, client: Partial<Pair>, token?: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const options = {
    host: '127.0.0.1',
    port,
    path: '/webhooks/alertmanager',
    method: 'POST',
    ca,
    ...client,
    agent: false as const,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  };
  request(options, (response) => {
    text(response).then(() => resolve(response.statusCode ?? 0), reject);
  })
    .on('error', reject)
    .end(payload);
  return promise;
}

withOpenssl('a certificate of the client CA takes the place of a token', async () => {
  const authority = await createAuthority();
  const [server, client] = [await authority.sign('bot'), await authority.sign('alertmanager')];
  const { port, stored } = await startTestWebhook({
    access: { tls: { ...server, clientCa: authority.ca } },
  });

  const status = await post(port, authority.ca, client);

  expect(status).toBe(200);
  expect(stored()).toHaveLength(2);
});

withOpenssl('no certificate and that of another CA are refused, and logged', async () => {
  const authority = await createAuthority();
  const stranger = await (await createAuthority()).sign('alertmanager');
  const server = await authority.sign('bot');
  const { port, stored, log } = await startTestWebhook({
    access: { tls: { ...server, clientCa: authority.ca } },
  });

  await expect(post(port, authority.ca, {})).rejects.toThrow();
  await expect(post(port, authority.ca, stranger)).rejects.toThrow();

  expect(stored()).toEqual([]);
  expect(log.join('')).toContain('TLS handshake');
});

withOpenssl('with both a client CA and a token, both are asked for', async () => {
  const authority = await createAuthority();
  const [server, client] = [await authority.sign('bot'), await authority.sign('alertmanager')];
  const { port } = await startTestWebhook({
    access: { token: createSecret(TOKEN), tls: { ...server, clientCa: authority.ca } },
  });

  const statuses = [await post(port, authority.ca, client), await post(port, authority.ca, client, TOKEN)];

  expect(statuses).toEqual([401, 200]);
});

withOpenssl('without a client CA the token goes over TLS', async () => {
  const authority = await createAuthority();
  const { port } = await startTestWebhook({
    access: { token: createSecret(TOKEN), tls: await authority.sign('bot') },
  });

  const statuses = [await post(port, authority.ca, {}, TOKEN), await post(port, authority.ca, {}, 'wrong')];

  expect(statuses).toEqual([200, 401]);
});
