// Clocks so short that recovery takes tenths of a second.

import type { Overrides } from '../../src/app.ts';

export const quickTiming = {
  heartbeat: { intervalMs: 100, aliveMs: 2000 },
  worker: { lockMs: 1000, stalledCheckMs: 400, progressMs: 20, graceMs: 200 },
  rendering: { backoffMs: 20, maxBackoffMs: 100, lockMs: 1000, stalledCheckMs: 400 },
  watchdog: { intervalMs: 100, noWorkerMs: 5000 },
} satisfies Overrides;
