// Builds the worker's side of the checklist: checks of its cluster, by order and by schedule, and diagnoses that say what
// has changed. Part of the composition root (`worker.ts`); nothing is decided here.

import { findRecentChanges } from './checklist/recent-changes.ts';
import type { WorkerConfig } from './config.ts';
import { withRecentChanges } from './diagnose-with-changes.ts';
import type { Ground } from './ground.ts';
import type { Diagnose } from './incidents/ports.ts';
import { createChecklistQueue } from './queue/checklist-queue.ts';
import { createChecklistStore } from './queue/checklist-store.ts';
import { startChecklistWorker } from './queue/checklist-worker.ts';
import { workerTiming } from './queue/diagnosis-worker.ts';
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
