// What people hear of a check: whoever asked for it hears all, a channel only what is news, and once a week everything
// again. How it is drawn is the surface's.

import { newsIn } from './news.ts';
import type { ChecklistStore, ChecklistSurface, OrderEnded } from './ports.ts';

export interface ChecklistTelling {
  /** May be called twice for one order; people are told twice at worst. */
  ended(end: OrderEnded): Promise<void>;
  /** Of a cluster that has not been checked for a month nothing is told: it is gone, or nobody wants to know. */
  digest(cluster: string): Promise<void>;
}

const FORGOTTEN_AFTER_MS = 30 * 24 * 60 * 60 * 1000;

export function createChecklistTelling(
  store: Pick<ChecklistStore, 'loadRun' | 'toldOf' | 'markTold' | 'latestOf'>,
  surface: ChecklistSurface,
  clock: { now(): Date },
): ChecklistTelling {
  async function ended({ request, asked, failure }: OrderEnded): Promise<void> {
    const { id, cluster } = request;
    if (failure) return asked && surface.tell({ kind: 'no-answer', id, cluster, failure, asked });
    const run = await store.loadRun(id);
    if (!run) return;
    const items = newsIn(run.results, await store.toldOf(cluster));
    if (asked) await surface.tell({ kind: 'answer', run, asked });
    else if (items.length > 0) await surface.tell({ kind: 'news', run, items });
    await store.markTold(cluster, run.results);
  }

  async function digest(cluster: string): Promise<void> {
    const results = await store.latestOf(cluster);
    const isRecent = (at: string): boolean => clock.now().getTime() - Date.parse(at) < FORGOTTEN_AFTER_MS;
    if (results.some(({ at }) => isRecent(at))) await surface.tell({ kind: 'digest', cluster, results });
  }

  return { ended, digest };
}
