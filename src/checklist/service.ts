// What people ask of the checklist: to check now, and to keep what they say (a review of the policies, a failure drill).
// It asks no cluster, and what came of a check is told by `telling.ts`.

import { type CheckItem, checkItems } from './checklist.ts';
import type { Asker, ChecklistQueue, ChecklistStore } from './ports.ts';

export interface ChecklistServiceParts {
  store: Pick<ChecklistStore, 'review' | 'recordDrill'>;
  queue: ChecklistQueue;
  clock: { now(): Date };
}

export interface ChecklistService {
  /** `id`: the same for a request that is delivered twice. */
  check(id: string, cluster: string, asked: Asker, items?: readonly CheckItem[]): Promise<void>;
  /** The button "I reviewed this"; false when the run that it stands under has expired. */
  review(run: string, by: string): Promise<boolean>;
  recordDrill(cluster: string, by: string, what: string, result: 'passed' | 'failed'): Promise<void>;
}

export function createChecklistService({ store, queue, clock }: ChecklistServiceParts): ChecklistService {
  const now = (): string => clock.now().toISOString();
  return {
    check: (id, cluster, asked, items = checkItems) =>
      queue.submit({ request: { id, cluster, items: [...items] }, asked }),
    review: (run, by) => store.review(run, by, now()),
    recordDrill: (cluster, by, what, result) => store.recordDrill(cluster, { at: now(), by, what, result }),
  };
}
