// A bot in a process of its own that a test can kill: the real one, with the settings of its environment, in a hurry.
// Started by program.ts.

import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { quickTiming } from './quick-timing.ts';

await startApp('bot', readConfig('bot'), {
  ...quickTiming,
  // What a killed bot held is free again soon.
  rendering: { ...quickTiming.rendering, lockMs: 1000 },
  schedule: { ...quickTiming.schedule, lockMs: 1000 },
  logger: createLogger('silent'),
});
process.stdout.write('started\n');
