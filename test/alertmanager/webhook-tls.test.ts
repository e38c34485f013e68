// The webhook with certificates: those of a client CA may post, others do not even get a connection.

import { expect, test } from 'vitest';
import { createSecret } from '../../src/ops/secret.ts';
import { canSign, createAuthority } from '../support/authority.ts';
import { postOverTls, startTestWebhook, TOKEN } from './posting.ts';

const withOpenssl = test.skipIf(!canSign);

withOpenssl('a certificate of the client CA takes the place of a token', async () => {
  const authority = await createAuthority();
  const [server, client] = [await authority.sign('bot'), await authority.sign('alertmanager')];
  const { port, stored } = await startTestWebhook({
    access: { tls: { ...server, clientCa: authority.ca } },
  });

  const status = await postOverTls(port, authority.ca, client);

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

  await expect(postOverTls(port, authority.ca)).rejects.toThrow();
  await expect(postOverTls(port, authority.ca, stranger)).rejects.toThrow();

  expect(stored()).toEqual([]);
  expect(log.join('')).toContain('TLS handshake');
});

withOpenssl('with both a client CA and a token, both are asked for', async () => {
  const authority = await createAuthority();
  const [server, client] = [await authority.sign('bot'), await authority.sign('alertmanager')];
  const { port } = await startTestWebhook({
    access: { token: createSecret(TOKEN), tls: { ...server, clientCa: authority.ca } },
  });

  const statuses = [
    await postOverTls(port, authority.ca, client),
    await postOverTls(port, authority.ca, client, TOKEN),
  ];

  expect(statuses).toEqual([401, 200]);
});

withOpenssl('without a client CA the token goes over TLS', async () => {
  const authority = await createAuthority();
  const { port } = await startTestWebhook({
    access: { token: createSecret(TOKEN), tls: await authority.sign('bot') },
  });

  const statuses = [
    await postOverTls(port, authority.ca, undefined, TOKEN),
    await postOverTls(port, authority.ca, undefined, 'wrong'),
  ];

  expect(statuses).toEqual([200, 401]);
});
