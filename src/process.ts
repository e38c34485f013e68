// Runs one role as a process: settings, signals, exit codes. 0 stopped, 1 could not start, 2 wrong usage or settings.

import { type App, startApp } from './app.ts';
import { ConfigError, type Role, readConfig } from './config.ts';
import { createLogger } from './ops/logger.ts';

// Kubernetes kills 30 s after SIGTERM.
const DRAIN_DEADLINE_MS = 25_000;

export async function runProcess(role: Role): Promise<void> {
  const config = settingsOrExit(role);
  const logger = createLogger(config.log.level);
  // Socket Mode 3.1 leaks rejections when a reconnect races a stop; none of ours may end the process unseen either.
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));

  let app: App | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void drain(signal));
  app = await startApp(role, config, { logger }).catch((error: unknown) => {
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  });

  async function drain(signal: string): Promise<void> {
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.warn({ deadlineMs: DRAIN_DEADLINE_MS }, 'stopped before everything was closed');
      process.exit(1);
    }, DRAIN_DEADLINE_MS).unref();
    // While it still starts, nothing has been taken that would have to be handed back.
    await app?.stop();
    logger.info('stopped');
    process.exit(0);
  }
}

function settingsOrExit(role: Role) {
  try {
    return readConfig(role);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
