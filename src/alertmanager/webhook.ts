// The HTTP server that Alertmanager posts to: who may, how much, and the answer. It acknowledges only what is stored.
// Its own plain server, because Bolt's custom routes crash on some requests. Reading a payload is `payload.ts`.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { AlertInbox } from '../incidents/alert.ts';
import { StoreUnavailable } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import type { Secret } from '../ops/secret.ts';
import { readDelivery } from './payload.ts';

export interface WebhookParts {
  host: string;
  /** 0 takes a free port. */
  port: number;
  access: WebhookAccess;
  inbox: AlertInbox;
  /** Label that names the cluster. */
  clusterLabel: string;
  /** Larger ones are refused; 1,000 alerts are about a megabyte. */
  maxBodyBytes?: number;
  clock: { now(): Date };
  logger: Logger;
  /** Once for each answer. */
  onAnswered(status: number, seconds: number): void;
}

/** Who may post: who knows the token, who has a certificate of the client CA, or with both given, who has both. */
export type WebhookAccess =
  | { token: Secret; tls?: WebhookTls }
  | { token?: undefined; tls: WebhookTls & { clientCa: string } };

/** PEM texts. */
export interface WebhookTls {
  cert: string;
  key: string;
  /** Absent: no client certificates are asked for. */
  clientCa?: string;
}

export interface Webhook {
  port: number;
  /** Takes no more requests and lets those that are being answered end. */
  close(): Promise<void>;
}

/** For the operator, who finds it in the log of Alertmanager. */
interface Answer {
  status: number;
  message: string;
  headers?: Record<string, string>;
}

const PATH = '/webhooks/alertmanager';
const MAX_BODY_BYTES = 8 * 1024 * 1024;
// Alertmanager is near and sends what it has ready: whoever is slower than this only holds a connection.
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5000 };
// A group is sent every few minutes, its first alerts in quick succession.
const KEEP_ALIVE_MS = 60_000;
const CLOSE_PATIENCE_MS = 3000;
const COMPLAIN_EVERY_MS = 60_000;

export async function startWebhook(parts: WebhookParts): Promise<Webhook> {
  const { access, inbox, clock, logger, clusterLabel, maxBodyBytes = MAX_BODY_BYTES } = parts;
  const { tls } = access;
  const isWelcome = access.token ? knows(access.token) : () => true;
  const complain = createComplaints(clock, logger);
  let closing = false;

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    if (request.url?.split('?')[0] !== PATH)
      return { status: 404, message: `Nothing is here: Alertmanager posts to ${PATH}.` };
    if (request.method !== 'POST')
      return { status: 405, message: `${PATH} takes only POST.`, headers: { allow: 'POST' } };
    if (!isWelcome(request.headers.authorization)) return WRONG_TOKEN;
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined)
      return { status: 413, message: `The body is larger than ${maxBodyBytes} bytes; set max_alerts.` };
    const json = parseJson(body);
    if (json === undefined) return { status: 400, message: 'The body is not JSON.' };
    const read = readDelivery(json, { clusterLabel, receivedAt: clock.now() });
    if (!read.ok) return { status: 422, message: read.problem };
    const { key, alerts } = read.delivery;
    const outcome = await inbox.put(key, alerts);
    return { status: 200, message: STORED[outcome] };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAtMs = performance.now();
    const answer = await answerTo(request).catch((error: unknown) => {
      // Who hung up gets no answer.
      if (request.destroyed && !request.complete) return undefined;
      return afterFailure(error, logger);
    });
    if (!answer) return;
    if (answer.status !== 200) complain(answer, request.socket);
    parts.onAnswered(answer.status, (performance.now() - startedAtMs) / 1000);
    if (closing || !request.complete) response.setHeader('connection', 'close');
    await send(request, response, answer, maxBodyBytes);
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch(() => request.destroy());
  };
  const server = tls
    ? createTlsServer({ ...TIMEOUTS, ...tlsOptions(tls) }, listener)
    : createServer(TIMEOUTS, listener);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('tlsClientError', (error, socket) =>
    complain({ status: 0, message: `The TLS handshake failed: ${error.message}.` }, socket),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        closing = true;
        const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
      }),
  };
}

const STORED = { stored: 'The alerts are stored.', repeated: 'The alerts were stored before.' } as const;

const WRONG_TOKEN: Answer = {
  status: 401,
  message: 'The bearer token is missing or not the right one: see http_config of the receiver.',
  headers: { 'www-authenticate': 'Bearer' },
};

const tlsOptions = ({ cert, key, clientCa }: WebhookTls) => ({
  cert,
  key,
  ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
});

/** Compares digests, which are of one length, in a time that tells nothing about the token. */
function knows(token: Secret): (authorization: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(token.reveal());
  return (authorization = '') =>
    timingSafeEqual(digest(/^bearer +(\S+)$/i.exec(authorization.trim())?.[1] ?? ''), wanted);
}

/** Undefined when it is longer than that; the rest is then still to come. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  const isWhole = await takeChunks(request, maxBytes, (chunk) => chunks.push(chunk));
  return isWhole ? Buffer.concat(chunks).toString('utf8') : undefined;
}

/** Whether that was all. */
async function takeChunks(
  request: IncomingMessage,
  maxBytes: number,
  take: (chunk: Buffer) => unknown,
): Promise<boolean> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return false;
    take(chunk);
  }
  return true;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Alertmanager repeats what it got a 5xx for, and drops until the next group interval what it got a 4xx for.
function afterFailure(error: unknown, logger: Logger): Answer {
  if (error instanceof StoreUnavailable)
    return {
      status: 503,
      message: 'The alerts could not be stored: Redis does not answer.',
      headers: { 'retry-after': '5' },
    };
  logger.error({ err: error }, 'webhook failed');
  return { status: 500, message: 'The alerts could not be stored; see the log of the bot.' };
}

/** Answers at once. Who is cut off in the middle of sending may never read the answer, so the rest is read, within bounds. */
async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message, headers }: Answer,
  maxRestBytes: number,
): Promise<void> {
  const body = `${JSON.stringify({ ok: status === 200, message })}\n`;
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.write(body);
  if (!request.complete) await takeChunks(request, maxRestBytes, () => {});
  response.end();
}

/** A sender that goes wrong does so again and again: each kind is logged once a minute. */
function createComplaints(clock: { now(): Date }, logger: Logger) {
  const lastAtMs = new Map<number, number>();
  return ({ status, message }: Answer, { remoteAddress: from }: Socket): void => {
    const nowMs = clock.now().getTime();
    if (nowMs - (lastAtMs.get(status) ?? -Infinity) < COMPLAIN_EVERY_MS) return;
    lastAtMs.set(status, nowMs);
    logger.warn({ status, reason: message, from }, 'webhook refused');
  };
}
