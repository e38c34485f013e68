// What this folder needs of a logger (pino fits), and the same as Bolt wants it.

import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';

type Log = (fields: Record<string, unknown>, message: string) => void;

export interface Logger {
  debug: Log;
  info: Log;
  warn: Log;
  error: Log;
}

/** Bolt's own messages, one level lower than it thinks: its failures reach us as errors that we log ourselves. */
export function boltLogger(logger: Logger): BoltLogger {
  const text = (parts: unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    // Bolt prints whole payloads at this level.
    debug: () => undefined,
    info: (...parts) => logger.debug({ detail: text(parts) }, 'Slack client information'),
    warn: (...parts) => logger.info({ detail: text(parts) }, 'Slack client warning'),
    error: (...parts) => logger.warn({ detail: text(parts) }, 'Slack client error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
