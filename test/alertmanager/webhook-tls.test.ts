// The webhook with certificates: those of a client CA may post, others do not even get a connection.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createSecret } from '../../src/ops/secret.ts';
import { mustRun } from '../lab/command.ts';
import { findProgram } from '../lab/machine.ts';
import { captured, startTestWebhook, TOKEN } from './posting.ts';

const withOpenssl = test.skipIf(findProgram('openssl') === undefined);
const payload = JSON.stringify(captured('group-of-two-firing'));

interface Pair {
  cert: string;
  key: string;
}

/** A certificate authority, and certificates that it signs. */
async function createAuthority() {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const openssl = (...args: string[]) => mustRun(['openssl', ...args], { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=test-ca', '-days', '2'],
    ...['-keyout', 'ca.key', '-out', 'ca.crt'],
  );
  await writeFile(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');

  async function sign(name: string): Promise<Pair> {
    await openssl(
      'req',
      ...newKey,
      ...['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    await openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'extensions', '-out', `${name}.crt`],
    );
    const [cert, key] = await Promise.all(
      ['crt', 'key'].map((kind) => readFile(join(folder, `${name}.${kind}`), 'utf8')),
    );
    return { cert: cert ?? '', key: key ?? '' };
  }
  return { ca: await readFile(join(folder, 'ca.crt'), 'utf8'), sign };
}

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
