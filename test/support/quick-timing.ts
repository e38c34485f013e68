// Clocks so short that tests need not wait. Only what makes nothing fail on a busy machine is short: how often things are
// looked at, not how long a silence is forgiven.

import type { Overrides } from '../../src/ground.ts';

export const quickTiming = {
  heartbeat: { intervalMs: 100, aliveMs: 15_000 },
  worker: { stalledCheckMs: 400, progressMs: 20, graceMs: 200 },
  rendering: { backoffMs: 20, maxBackoffMs: 100, stalledCheckMs: 400 },
  schedule: { intervalMs: 100, stalledCheckMs: 400 },
} satisfies Overrides;

/** For processes that are going to be killed: their jobs are free again soon. */
export const shortLock = { ...quickTiming.worker, lockMs: 1000 } satisfies Overrides['worker'];
