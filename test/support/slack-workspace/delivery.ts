// How the workspace reaches the app: through its WebSocket (Socket Mode) or signed HTTP requests. Waits three
// seconds for the acknowledgement, as Slack does.

import { createHmac } from 'node:crypto';
import type { WebSocket } from 'ws';

export type Payload = Record<string, unknown>;
export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

export type Delivery =
  | { outcome: 'acknowledged'; body: unknown }
  /** dispatch_failed: nobody is connected; operation_timeout: no acknowledgement in three seconds. */
  | { outcome: 'dispatch_failed' | 'operation_timeout' }
  | { outcome: 'http_error'; status: number };

export interface DeliveryLine {
  attach(socket: WebSocket): void;
  /** Requests go to this URL from now on, and not to sockets. */
  useHttp(url: string): void;
  deliver(type: EnvelopeType, payload: Payload): Promise<Delivery>;
  /** Sends the last HTTP request again, byte for byte, as an eavesdropper would. */
  replay(): Promise<number>;
  /** Apps that are connected by socket now. */
  connections(): number;
  /** Asks connected apps to reconnect, as Slack does every few hours. */
  refresh(): void;
  close(): void;
}

const ACK_WITHIN_MS = 3000;

export function createDeliveryLine(
  signingSecret: string,
  nextId: (prefix: string) => string,
  changed: () => void,
): DeliveryLine {
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, (body: unknown) => void>();
  let httpUrl: string | undefined;
  let lastRequest: { headers: Record<string, string>; body: string } | undefined;

  async function overSocket(socket: WebSocket, type: EnvelopeType, payload: Payload): Promise<Delivery> {
    const id = nextId('envelope-');
    const answer = Promise.withResolvers<Delivery>();
    const timer = setTimeout(() => answer.resolve({ outcome: 'operation_timeout' }), ACK_WITHIN_MS);
    waiting.set(id, (body) => answer.resolve({ outcome: 'acknowledged', body }));
    socket.send(
      JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' }),
    );
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }

  async function overHttp(url: string, type: EnvelopeType, payload: Payload): Promise<Delivery> {
    const isForm = type !== 'events_api';
    const fields =
      type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
    const body = isForm ? new URLSearchParams(fields).toString() : JSON.stringify(payload);
    // The app checks the age against the machine's clock, whatever the test's says.
    const timestamp = String(Math.floor(Date.now() / 1000));
    const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    lastRequest = {
      body,
      headers: {
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
      },
    };
    try {
      const answer = await fetch(url, {
        method: 'POST',
        ...lastRequest,
        signal: AbortSignal.timeout(ACK_WITHIN_MS),
      });
      if (!answer.ok) return { outcome: 'http_error', status: answer.status };
      return { outcome: 'acknowledged', body: await answer.text() };
    } catch {
      return { outcome: 'operation_timeout' };
    }
  }

  return {
    attach(socket) {
      sockets.add(socket);
      changed();
      socket.on('close', () => {
        sockets.delete(socket);
        changed();
      });
      socket.on('message', (data) => {
        const { envelope_id: id, payload } = JSON.parse(String(data)) as {
          envelope_id: string;
          payload?: unknown;
        };
        waiting.get(id)?.(payload);
      });
      socket.send(JSON.stringify({ type: 'hello', num_connections: sockets.size, connection_info: {} }));
    },
    useHttp(url) {
      httpUrl = url;
    },
    deliver(type, payload) {
      if (httpUrl !== undefined) return overHttp(httpUrl, type, payload);
      const socket = [...sockets].at(-1);
      return socket ? overSocket(socket, type, payload) : Promise.resolve({ outcome: 'dispatch_failed' });
    },
    async replay() {
      if (!httpUrl || !lastRequest) return 0;
      const answer = await fetch(httpUrl, { method: 'POST', ...lastRequest });
      return answer.status;
    },
    connections: () => sockets.size,
    refresh() {
      for (const socket of sockets)
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    },
    close() {
      for (const socket of sockets) socket.terminate();
    },
  };
}
