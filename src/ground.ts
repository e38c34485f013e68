// What every role of the program stands on: settings, log, metrics, the link to Redis, a clock; and what tests put in the
// place of the real thing. Only shapes; `app.ts` builds it.

import type { RunChecklist } from './checklist/checklist.ts';
import type { ChecklistSurface } from './checklist/ports.ts';
import type { TakeSnapshot } from './checklist/recent-changes.ts';
import type { Config } from './config.ts';
import type { IntakeLimits } from './incidents/intake.ts';
import type { Diagnose, Surface } from './incidents/ports.ts';
import type { WatchdogLimits } from './incidents/watchdog.ts';
import type { Logger } from './ops/logger.ts';
import type { Metrics } from './ops/metrics.ts';
import type { LedgerTiming } from './queue/alert-ledger.ts';
import type { WorkerTiming } from './queue/diagnosis-worker.ts';
import type { HeartbeatTiming } from './queue/heartbeats.ts';
import type { ScheduleTiming } from './queue/incident-schedule.ts';
import type { RedisLink } from './queue/redis.ts';
import type { SurfaceTiming } from './queue/surface-queue.ts';
import type { ProposalSurface } from './remediation/ports.ts';
import type { ReviewRights } from './review-rights.ts';

/** What tests and the demo put in the place of the real thing, and how much faster they want it. */
export interface Overrides {
  diagnose?: Diagnose;
  /** Without it, where `diagnose` is given, nothing is checked. */
  runChecklist?: RunChecklist;
  /** Without it, where `diagnose` is given, no diagnosis says what has changed. */
  takeSnapshot?: TakeSnapshot;
  /** Without it, where `diagnose` is given, a worker says nothing about its rights. */
  reviewRights?: ReviewRights;
  /** In place of Slack, which is then not started. */
  surface?: Surface;
  /** Where checks are told when Slack is not started. Absent: nowhere. */
  checklistSurface?: ChecklistSurface;
  /** Where fixes are seen when Slack is not started. Absent: nowhere. */
  proposalSurface?: ProposalSurface;
  logger?: Logger;
  /** In place of the clock of Redis. */
  clock?: { now(): Date };
  heartbeat?: HeartbeatTiming;
  worker?: Partial<WorkerTiming>;
  /** After how long the execution of a remediator that was killed may be taken up. */
  executionLeaseMs?: number;
  /** How a remediator lets time go by. */
  pause?(ms: number): Promise<void>;
  rendering?: Partial<SurfaceTiming>;
  watchdog?: Partial<WatchdogLimits>;
  schedule?: Partial<ScheduleTiming>;
  intake?: Partial<IntakeLimits & LedgerTiming>;
}

/** What bot and worker have in common. */
export interface Ground {
  config: Config;
  overrides: Overrides;
  logger: Logger;
  metrics: Metrics;
  clock: { now(): Date };
  working: RedisLink;
  heartbeat: HeartbeatTiming;
  rendering: SurfaceTiming;
  /** Runs on stop, last in first out; also when the start fails half-way. */
  onStop(close: () => Promise<unknown>): void;
}
