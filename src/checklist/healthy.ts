// Whether the network was healthy by the latest results, so that the settings of that instant are what later troubles are
// compared with. What people have to see to (reviews, rehearsals, versions) says nothing about that. Pure.

import type { CheckItem, CheckResult } from './checklist.ts';

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
