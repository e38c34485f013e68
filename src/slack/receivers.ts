// How Slack reaches us: a WebSocket that we open (Socket Mode) or signed HTTP requests. Built here and not by Bolt's
// App, which passes neither size limits nor a bind address on.

import type { Server } from 'node:http';
import { type App, HTTPReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { SlackConfig } from './config.ts';
import { boltLogger, type Logger } from './logger.ts';

// Slack's largest payloads are interactive ones with a message inside, some tens of kilobytes.
const BODY_LIMIT_BYTES = 1_000_000;
// Slack refuses nothing younger than five minutes, in either direction of clock skew.
const REPLAY_WINDOW_MS = 10 * 60_000;
const STOP_WITHIN_MS = 5000;

export interface Connection {
  receiver: Receiver;
  open(): Promise<{ port?: number }>;
  /** Returns within five seconds, whatever the other side does. */
  close(): Promise<void>;
}

export function createConnection(config: SlackConfig, logger: Logger): Connection {
  return config.mode === 'http' ? httpConnection(config, logger) : socketConnection(config, logger);
}

function httpConnection(config: Extract<SlackConfig, { mode: 'http' }>, logger: Logger): Connection {
  const receiver = new HTTPReceiver({
    signingSecret: config.signingSecret,
    logger: boltLogger(logger),
    bodyLimit: BODY_LIMIT_BYTES,
    customPropertiesExtractor: (request) => ({ signature: request.headers['x-slack-signature'] }),
  });
  let server: Server | undefined;
  return {
    receiver,
    async open() {
      server = await receiver.start({ port: config.port, host: config.host });
      const address = server.address();
      return typeof address === 'object' && address ? { port: address.port } : {};
    },
    async close() {
      const listening = server;
      if (!listening) return;
      await within(STOP_WITHIN_MS, receiver.stop(), () => listening.closeAllConnections());
    },
  };
}

function socketConnection(config: Extract<SlackConfig, { mode: 'socket' }>, logger: Logger): Connection {
  const receiver = new SocketModeReceiver({
    appToken: config.appToken,
    logger: boltLogger(logger),
    ...(config.slackApiUrl !== undefined && {
      installerOptions: { clientOptions: { slackApiUrl: config.slackApiUrl } },
    }),
  });
  let opened = false;
  return {
    receiver,
    async open() {
      await receiver.start();
      opened = true;
      return {};
    },
    async close() {
      // socket-mode 3.1.0 may wait half a minute for the peer's closing handshake.
      if (opened) await within(STOP_WITHIN_MS, receiver.stop(), () => undefined);
    },
  };
}

async function within(ms: number, work: Promise<unknown>, onLate: () => void): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    onLate();
    late.resolve();
  }, ms);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A signed request can be sent again by whoever saw it, within Slack's five minutes. Those are dropped here; in
 * Socket Mode requests carry no signature. Across several bots, request keys make the repetition harmless.
 */
export function guardAgainstReplay(app: App, clock: { now(): Date }): void {
  const seen = new Map<string, number>();
  app.use(async ({ context, next }) => {
    const signature: unknown = context.signature;
    if (typeof signature === 'string') {
      const now = clock.now().getTime();
      for (const [known, at] of seen) if (at + REPLAY_WINDOW_MS < now) seen.delete(known);
      if (seen.has(signature)) return;
      seen.set(signature, now);
    }
    await next();
  });
}
