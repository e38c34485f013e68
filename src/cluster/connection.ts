// One HTTP connection to an API server with the credentials of a kubeconfig: sends, retries what may be retried,
// and says in our words how it ended. It knows no resource.

import { type Agent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import type { ApiRequest } from './resources.ts';

export type ApiReply =
  | { kind: 'ok'; body: string }
  | { kind: 'not-found' }
  | { kind: 'forbidden'; detail: string }
  /** 410: the page token of a list is too old; the list has to start again. */
  | { kind: 'expired' }
  /** `status`: of HTTP. */
  | { kind: 'failed'; status: number; detail: string }
  | { kind: 'unreachable'; detail: string }
  | { kind: 'timeout' }
  | { kind: 'cancelled' };

export interface ApiConnection {
  kubeConfig: KubeConfig;
  send(request: ApiRequest, timeoutMs: number, signal: AbortSignal): Promise<ApiReply>;
}

// A list page of 500 large pods is a few megabytes; more than this is not an answer but an accident.
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;
const MAX_ATTEMPTS = 3;

/** Reads the kubeconfig (or the in-cluster service account). Throws when there is none or the context is unknown. */
export function loadKubeConfig(path?: string, context?: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  if (path) kubeConfig.loadFromFile(path);
  else kubeConfig.loadFromDefault();
  // What the library falls back to when there is no kubeconfig and no service account either.
  if (
    kubeConfig.getCurrentContext() === 'loaded-context' &&
    kubeConfig.getCurrentCluster()?.server === 'http://localhost:8080'
  )
    throw new Error('there is no kubeconfig: neither KUBECONFIG nor ~/.kube/config, and this is no pod');
  if (context !== undefined) {
    const known = kubeConfig.getContexts().map((entry) => entry.name);
    if (!known.includes(context))
      throw new Error(`no context "${context}" in the kubeconfig; it has: ${known.join(', ') || 'none'}`);
    kubeConfig.setCurrentContext(context);
  }
  return kubeConfig;
}

export function createApiConnection(kubeConfig: KubeConfig): ApiConnection {
  // The library makes an agent without keep-alive; with it, fifty reads share a few TLS handshakes.
  const keepAlive = new HttpsAgent({ keepAlive: true, maxSockets: 16 });

  async function send(request: ApiRequest, timeoutMs: number, signal: AbortSignal): Promise<ApiReply> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      for (let attempt = 1; ; attempt += 1) {
        const { reply, retryAfterMs } = await sendOnce(request, either);
        if (retryAfterMs === undefined || request.once || attempt === MAX_ATTEMPTS) return reply;
        await delay(retryAfterMs * attempt, undefined, { signal: either });
      }
    } catch (error) {
      if (signal.aborted) return { kind: 'cancelled' };
      if (deadline.aborted) return { kind: 'timeout' };
      return { kind: 'unreachable', detail: reasonOf(error) };
    }
  }

  async function sendOnce(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ reply: ApiReply; retryAfterMs?: number }> {
    const cluster = kubeConfig.getCurrentCluster();
    if (!cluster) throw new Error('the kubeconfig has no current cluster');
    const options: RequestOptions = { method: request.method, signal };
    await kubeConfig.applyToHTTPSOptions(options);
    if (!cluster.proxyUrl && cluster.server.startsWith('https:')) options.agent = keepAlive;
    const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
    options.headers = {
      ...options.headers,
      accept: 'application/json',
      'user-agent': request.userAgent ?? 'cni-triage',
      ...(payload === undefined
        ? {}
        : {
            'content-type': request.contentType ?? 'application/json',
            // Node sends none of its own with DELETE, and the server then takes the body for the next request.
            'content-length': Buffer.byteLength(payload),
          }),
    };
    const { status, body, retryAfterMs } = await exchange(
      `${cluster.server}${request.path}`,
      options,
      payload,
    );
    if (status === 429 || status >= 500)
      return {
        reply: { kind: 'failed', status, detail: messageOf(status, body) },
        retryAfterMs: retryAfterMs ?? 200,
      };
    return { reply: interpret(status, body) };
  }

  return { kubeConfig, send };
}

function interpret(status: number, body: string): ApiReply {
  if (status >= 200 && status < 300) return { kind: 'ok', body };
  if (status === 404) return { kind: 'not-found' };
  if (status === 401 || status === 403) return { kind: 'forbidden', detail: messageOf(status, body) };
  if (status === 410) return { kind: 'expired' };
  return { kind: 'failed', status, detail: messageOf(status, body) };
}

/** The API server's own sentence when the body is a Status object; proxies answer in HTML, which helps nobody. */
function messageOf(status: number, body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message.slice(0, 500);
  } catch {
    return `HTTP ${status}`;
  }
  return `HTTP ${status}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: string };
  return code === undefined || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}

function exchange(
  url: string,
  options: RequestOptions,
  payload: string | undefined,
): Promise<{ status: number; body: string; retryAfterMs: number | undefined }> {
  const send = url.startsWith('https:')
    ? httpsRequest(url, options)
    : httpRequest(url, { ...options, agent: options.agent as Agent });
  return new Promise((resolve, reject) => {
    send.on('error', reject);
    send.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > BODY_LIMIT_BYTES) send.destroy(new Error(`answer above ${BODY_LIMIT_BYTES} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        // Seconds, as the API server's priority and fairness sends it with 429.
        const retryAfterS = Number(response.headers['retry-after']);
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          retryAfterMs: retryAfterS > 0 ? retryAfterS * 1000 : undefined,
        });
      });
    });
    send.end(payload);
  });
}
