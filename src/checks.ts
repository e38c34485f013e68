// Builds the checklist on both sides: the worker that checks its cluster, by order and by schedule; in the bot, what takes
// orders and what tells people how they ended. Part of the composition root (`app.ts`); nothing is decided here.

import type { ChecklistSurface } from './checklist/ports.ts';
import { type ChecklistService, createChecklistService } from './checklist/service.ts';
import { createChecklistTelling } from './checklist/telling.ts';
import type { Config } from './config.ts';
import type { Ground } from './ground.ts';
import { createChecklistQueue } from './queue/checklist-queue.ts';
import { startChecklistReports } from './queue/checklist-reports.ts';
import { createChecklistStore } from './queue/checklist-store.ts';
import { startChecklistWorker } from './queue/checklist-worker.ts';
import { workerTiming } from './queue/diagnosis-worker.ts';
import type { RedisLink } from './queue/redis.ts';
import { createLiveChecklist } from './run-checklist.ts';

export async function startChecks({ config, overrides, logger, working, onStop }: Ground): Promise<void> {
  if (!config.worker) throw new Error('a worker needs the name of its cluster');
  const { cluster, checks, concurrency: _, ...access } = config.worker;
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

/** Takes orders of people through the link that answers them. */
export function createChecks({ logger, clock, onStop }: Ground, link: RedisLink): ChecklistService {
  const queue = createChecklistQueue(link, logger);
  onStop(queue.close);
  return createChecklistService({ store: createChecklistStore(link), queue, clock });
}

export function startCheckReports({ working, logger, onStop }: Ground, surface: ChecklistSurface): void {
  const telling = createChecklistTelling(createChecklistStore(working), surface);
  const reports = startChecklistReports({ link: working, telling, logger });
  onStop(reports.close);
}

/** Where news and digests of a cluster go: where its alerts go. Undefined: nowhere. */
export const checkChannels =
  ({ alerts }: Config) =>
  (cluster: string): string | undefined =>
    alerts?.channels[cluster] ?? alerts?.channel;
