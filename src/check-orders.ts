// Builds the bot's side of the checklist: what takes orders of people, and what tells them how they ended. Part of the
// composition root (`bot.ts`); nothing is decided here.

import type { ChecklistSurface } from './checklist/ports.ts';
import { type ChecklistService, createChecklistService } from './checklist/service.ts';
import { createChecklistTelling } from './checklist/telling.ts';
import type { Config } from './config.ts';
import type { Ground } from './ground.ts';
import { createChecklistQueue } from './queue/checklist-queue.ts';
import { startChecklistReports } from './queue/checklist-reports.ts';
import { createChecklistStore } from './queue/checklist-store.ts';
import type { RedisLink } from './queue/redis.ts';

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
