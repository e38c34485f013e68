// Builds the checklist on both sides: the worker that checks its cluster, by order and by schedule; in the bot, what takes
// orders and what tells people how they ended. Part of the composition root (`app.ts`); nothing is decided here.

import type { ChecklistSurface } from './checklist/ports.ts';
import { findRecentChanges } from './checklist/recent-changes.ts';
import { type ChecklistService, createChecklistService } from './checklist/service.ts';
import { createChecklistTelling } from './checklist/telling.ts';
import type { Config, WorkerConfig } from './config.ts';
import { withRecentChanges } from './diagnose-with-changes.ts';
import type { Ground } from './ground.ts';
import type { Diagnose } from './incidents/ports.ts';
import { createChecklistQueue } from './queue/checklist-queue.ts';
import { startChecklistReports } from './queue/checklist-reports.ts';
import { createChecklistStore } from './queue/checklist-store.ts';
import { startChecklistWorker } from './queue/checklist-worker.ts';
import { workerTiming } from './queue/diagnosis-worker.ts';
import type { RedisLink } from './queue/redis.ts';
import { createLiveChecklist, createLiveSnapshot } from './run-checklist.ts';

/** A verdict is worth more than what has changed. */
const CHANGES_PATIENCE_MS = 2000;

export async function startChecks(
  { overrides, logger, working, onStop }: Ground,
  { cluster, checks, ...access }: WorkerConfig,
): Promise<void> {
  const onCrash = (playbook: string, error: unknown) =>
    logger.error({ playbook, err: error }, 'playbook crashed in a check');
  // What stands in for a cluster may know diagnoses only.
  if (overrides.diagnose && !overrides.runChecklist) return;
  const runChecklist = overrides.runChecklist ?? createLiveChecklist({ ...access, onCrash });

  const queue = createChecklistQueue(working, logger);
  onStop(queue.close);
  const worker = await startChecklistWorker({
    link: working,
    cluster,
    runChecklist,
    store: createChecklistStore(working),
    reports: queue,
    timing: { ...workerTiming, ...overrides.worker },
    logger,
  });
  onStop(worker.close);
  await queue.schedule(cluster, checks);
}

/** Diagnoses that say what has changed, where there is a cluster to ask. */
export function sayingChanges(
  { overrides, logger, working }: Ground,
  access: WorkerConfig,
  diagnose: Diagnose,
): Diagnose {
  if (overrides.diagnose && !overrides.takeSnapshot) return diagnose;
  const take = overrides.takeSnapshot ?? createLiveSnapshot(access);
  const store = createChecklistStore(working);
  return withRecentChanges(diagnose, {
    find: (cluster, signal) => findRecentChanges(cluster, store, take, signal),
    patienceMs: CHANGES_PATIENCE_MS,
    onFailure: (error) => logger.warn({ err: error }, 'what has changed could not be found out'),
  });
}

/** Takes orders of people through the link that answers them. */
export function createChecks({ logger, clock, onStop }: Ground, link: RedisLink): ChecklistService {
  const queue = createChecklistQueue(link, logger);
  onStop(queue.close);
  return createChecklistService({ store: createChecklistStore(link), queue, clock });
}

export function startCheckReports(
  { working, logger, clock, onStop }: Ground,
  surface: ChecklistSurface,
): void {
  const telling = createChecklistTelling(createChecklistStore(working), surface, clock);
  const reports = startChecklistReports({ link: working, telling, logger });
  onStop(reports.close);
}

/** Where news and digests of a cluster go: where its alerts go. Undefined: nowhere. */
export const checkChannels =
  ({ alerts }: Config) =>
  (cluster: string): string | undefined =>
    alerts?.channels[cluster] ?? alerts?.channel;
