// A remediator in a process of its own that a test can kill: the real one, with the settings of its environment, in a hurry.
// Started by program.ts, a hundred times and more: what node compiles is kept from one time to the next.

import { enableCompileCache, flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

// However long it says that it waits before it looks again.
const LOOK_EVERY_MS = 50;

enableCompileCache();
const { startApp } = await import('../../src/app.ts');
const { readConfig } = await import('../../src/config.ts');
const { createLogger } = await import('../../src/ops/logger.ts');
const { quickTiming, shortLock } = await import('./quick-timing.ts');

await startApp('remediator', readConfig('remediator'), {
  ...quickTiming,
  // What a killed remediator held is free again soon.
  worker: shortLock,
  executionLeaseMs: 900,
  pause: (ms) => delay(Math.min(ms, LOOK_EVERY_MS)),
  logger: createLogger('silent'),
});
// Who is killed writes nothing.
flushCompileCache();
process.stdout.write('started\n');
