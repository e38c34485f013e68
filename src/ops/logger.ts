// The log: one JSON line an entry, on standard output. Credentials are scrubbed from the finished line, so that no
// field, message, error or stack can carry one. Levels: error = our bug, warn = watch, info = lifecycle.

import { type Logger, pino } from 'pino';

export type { Logger };

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogDestination {
  write(line: string): void;
}

// Slack tokens, bearer tokens, JSON web tokens (service accounts), passwords in URLs.
const CREDENTIALS: readonly [RegExp, string][] = [
  [/\bxox[a-z](?:\.[a-z]+)?-[\w.-]+/gi, '[secret]'],
  [/\bxapp-[\w-]+/gi, '[secret]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 [secret]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, '[secret]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"]*):[^\s@/"]+@/gi, '$1:[secret]@'],
];

const scrub = (text: string): string =>
  CREDENTIALS.reduce((scrubbed, [pattern, shown]) => scrubbed.replace(pattern, shown), text);

export function createLogger(level: LogLevel, destination: LogDestination = process.stdout): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void destination.write(scrub(line)) },
  );
}
