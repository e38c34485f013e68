// The operator's HTTP port: /healthz (the process lives), /readyz (it can work), /metrics. Its own plain server, because
// Bolt's custom routes crash on some requests and Socket Mode opens no port at all.

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

export interface HealthParts {
  /** 0 takes a free port. */
  port: number;
  /** The interface to listen on; a kubelet's probe needs more than the loopback one. */
  host: string;
  /** What is not ready, by name; empty when everything is. */
  notReady(): string[];
  metrics: Metrics;
}

export async function startHealthServer({
  port,
  host,
  notReady,
  metrics,
}: HealthParts): Promise<HealthServer> {
  async function answer(path: string, response: ServerResponse): Promise<void> {
    if (path === '/healthz') return send(response, 200, 'ok');
    if (path === '/readyz') {
      const waiting = notReady();
      return send(response, waiting.length === 0 ? 200 : 503, waiting.join('\n') || 'ok');
    }
    if (path !== '/metrics') return send(response, 404, 'not found');
    const { contentType, body } = await metrics.expose();
    send(response, 200, body, contentType);
  }

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    answer(path, response).catch(() => send(response, 500, 'error'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: string, contentType = 'text/plain'): void {
  response.writeHead(status, { 'content-type': contentType }).end(`${body}\n`);
}
