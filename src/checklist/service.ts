// The bot's side of the checklist: takes a request to check, tells people what came of a run, and keeps what they say
// (reviews, rehearsals). It draws nothing and asks no cluster.

import { type CheckItem, checkItems } from './checklist.ts';
import { newsIn } from './news.ts';
import type { Asker, ChecklistQueue, ChecklistStore, ChecklistSurface, OrderEnded } from './ports.ts';

export interface ChecklistServiceParts {
  store: ChecklistStore;
  queue: ChecklistQueue;
  surface: ChecklistSurface;
  clock: { now(): Date };
}

export interface ChecklistService {
  /** `id`: the same for a request that is delivered twice. */
  check(id: string, cluster: string, asked: Asker, items?: readonly CheckItem[]): Promise<void>;
  /** May be called twice for one order; people are told twice at worst. */
  ended(end: OrderEnded): Promise<void>;
  /** The button "I reviewed this"; false when the run that it stands under has expired. */
  review(run: string, by: string): Promise<boolean>;
  recordDrill(cluster: string, by: string, what: string, result: 'passed' | 'failed'): Promise<void>;
  digest(cluster: string): Promise<void>;
}

export function createChecklistService(parts: ChecklistServiceParts): ChecklistService {
  const { store, queue, surface, clock } = parts;
  const now = (): string => clock.now().toISOString();

  async function ended({ request, asked, failure }: OrderEnded): Promise<void> {
    const { id, cluster } = request;
    if (failure) return asked && surface.tell({ kind: 'no-answer', cluster, failure, asked });
    const run = await store.loadRun(id);
    if (!run) return;
    const items = newsIn(run.results, await store.toldOf(cluster));
    if (asked) await surface.tell({ kind: 'answer', run, asked });
    else if (items.length > 0) await surface.tell({ kind: 'news', run, items });
    await store.markTold(cluster, run.results);
  }

  return {
    check: (id, cluster, asked, items = checkItems) =>
      queue.submit({ request: { id, cluster, items: [...items] }, asked }),
    ended,
    review: (run, by) => store.review(run, by, now()),
    recordDrill: (cluster, by, what, result) => store.recordDrill(cluster, { at: now(), by, what, result }),
    digest: async (cluster) =>
      surface.tell({ kind: 'digest', cluster, results: await store.latestOf(cluster) }),
  };
}
