// Whether the network was healthy by the latest results, so that the settings of that instant are what later troubles are
// compared with. What people have to see to (reviews, rehearsals, versions) says nothing about that. Pure.

import { withRemembered } from './changes.ts';
import type { CheckItem, CheckResult } from './checklist.ts';
import type { Snapshot } from './snapshot.ts';

const TELLING: CheckItem[] = ['cni-health', 'mesh', 'dns'];

/** `latest`: the last result of each item; `now`: ISO 8601; older results than `maxAgeMs` tell nothing of now. */
export function isHealthy(latest: CheckResult[], now: string, maxAgeMs: number): boolean {
  const isRecent = ({ at }: CheckResult): boolean => Date.parse(now) - Date.parse(at) <= maxAgeMs;
  const resultOf = (item: CheckItem) => latest.find((result) => result.item === item && isRecent(result));
  const passes = TELLING.map(resultOf).every(
    (result) => result?.status === 'fine' || result?.status === 'attention',
  );
  return passes && resultOf('pools')?.status !== 'failed';
}

/** What is compared with later, and what may be one day. */
export interface HealthySettings {
  /** Seen with all well, and all was well some time after. */
  proven?: Snapshot;
  /** Seen with all well just now. */
  candidate?: Snapshot;
}

// A Corefile takes effect within a minute, an agent's settings with its next restart: what was changed just before a
// check may not have done its harm yet.
const PROVING_MS = 5 * 60 * 1000;

/** After one more check. The first healthy one counts at once: there is nothing better to compare with. */
export function afterCheck(
  { proven, candidate }: HealthySettings,
  snapshot: Snapshot,
  isHealthyNow: boolean,
): HealthySettings {
  if (!isHealthyNow) return proven ? { proven } : {};
  if (!proven) return { proven: snapshot, candidate: snapshot };
  const now = withRemembered(candidate ?? proven, snapshot);
  if (!candidate) return { proven, candidate: now };
  const isProven = Date.parse(snapshot.takenAt) - Date.parse(candidate.takenAt) >= PROVING_MS;
  return isProven ? { proven: candidate, candidate: now } : { proven, candidate };
}
