// The way to the API server when its Service address has died, against HTTP servers on loopback.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiEntrance } from '../../src/cluster/api-entrance.ts';
import { entranceRule } from '../../src/remediation/rbac.ts';

const servers: Server[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('the entrance to the API server', () => {
  it('uses the configured address while that answers', async () => {
    const port = await listen(apiServer(1));

    const connection = await createApiEntrance(kubeConfigFor(port)).choose(never);

    expect(connection.kubeConfig.getCurrentCluster()?.server).toBe(`http://127.0.0.1:${port}`);
  });

  it('goes to an endpoint that it learned while all was well, when the configured address has died', async () => {
    const behind = await listen(apiServer(1));
    const front = await listen(apiServer(behind));
    const entrance = createApiEntrance(kubeConfigFor(front));
    await entrance.choose(never);
    await close(front);

    const connection = await entrance.choose(never);

    expect(connection.kubeConfig.getCurrentCluster()?.server).toBe(`http://127.0.0.1:${behind}`);
    expect(connection.kubeConfig.getCurrentUser()?.token).toBe('t');
  });

  it('asks nothing of an account but what every remediator is granted', async () => {
    const asked: string[] = [];
    const answer = apiServer(1);
    const port = await listen((request, response) => {
      asked.push(`${request.method} ${new URL(request.url ?? '', 'http://api').pathname}`);
      answer(request, response);
    });

    await createApiEntrance(kubeConfigFor(port)).choose(never);

    const { group, namespace, resource, verbs } = entranceRule;
    expect(verbs).toEqual(['list']);
    expect(asked).toEqual(['GET /version', `GET /apis/${group}/v1/namespaces/${namespace}/${resource}`]);
  });

  it('stays with the configured address when nothing answers, so that its failure is the one told', async () => {
    const front = await listen(apiServer(1));
    const entrance = createApiEntrance(kubeConfigFor(front));
    await entrance.choose(never);
    await close(front);

    const connection = await entrance.choose(never);

    expect(connection.kubeConfig.getCurrentCluster()?.server).toBe(`http://127.0.0.1:${front}`);
  });
});

/** Knows its version and one EndpointSlice, which leads to `endpointPort`. */
const apiServer =
  (endpointPort: number): RequestListener =>
  (request, response) => {
    const slice = { endpoints: [{ addresses: ['127.0.0.1'] }], ports: [{ port: endpointPort }] };
    const body = request.url?.startsWith('/version') ? { gitVersion: 'v1.34.4' } : { items: [slice] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  };

async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function close(port: number): Promise<void> {
  const at = servers.findIndex((server) => (server.address() as AddressInfo).port === port);
  const [server] = servers.splice(at, 1);
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
}

function kubeConfigFor(port: number): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({
    clusters: [{ name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }],
    users: [{ name: 'u', token: 't' }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  });
  return kubeConfig;
}
