// What has changed since the last healthy check, for somebody who stands before a fault. Asked beside a diagnosis and never
// before its verdict; that it cannot be said is no reason to fail.

import type { RecentChanges } from '../diagnosis/recent-changes.ts';
import { changesSince } from './changes.ts';
import type { ChecklistStore } from './ports.ts';
import type { Snapshot } from './snapshot.ts';

/** Undefined: the cluster cannot be asked. */
export type TakeSnapshot = (signal: AbortSignal) => Promise<Snapshot | undefined>;

/** Undefined: there was no healthy check yet, or the cluster cannot be asked. */
export async function findRecentChanges(
  cluster: string,
  store: Pick<ChecklistStore, 'historyOf'>,
  take: TakeSnapshot,
  signal: AbortSignal,
): Promise<RecentChanges | undefined> {
  const { lastHealthy } = await store.historyOf(cluster);
  if (!lastHealthy) return undefined;
  const now = await take(signal);
  return now && changesSince(lastHealthy, now);
}
