// The pod that a selector misses by least, and by what: one value misspelt is the usual fault. Pure.

import { distance } from 'fastest-levenshtein';
import type { Pod } from '../../../probes/api-objects.ts';

export interface LabelDifference {
  pod: string;
  label: string;
  wanted: string;
  /** Empty: the pod has no such label. */
  actual: string;
}

/** Undefined when no pod has anything of it. */
export function nearestPod(selector: Record<string, string>, pods: Pod[]): LabelDifference | undefined {
  const candidates = pods.flatMap(({ metadata }) => {
    const misses = Object.entries(selector)
      .filter(([label, wanted]) => metadata.labels[label] !== wanted)
      .map(([label, wanted]) => ({ label, wanted, actual: metadata.labels[label] ?? '' }));
    const fits = Object.keys(selector).length - misses.length;
    const [worst] = misses.toSorted((a, b) => likeness(a) - likeness(b));
    if (!worst || (fits === 0 && likeness(worst) < MIN_LIKENESS)) return [];
    const total = misses.reduce((sum, miss) => sum + likeness(miss), fits);
    return [{ difference: { pod: metadata.name, ...worst }, total }];
  });
  const [best] = candidates.toSorted(
    (a, b) => b.total - a.total || (a.difference.pod < b.difference.pod ? -1 : 1),
  );
  return best?.difference;
}

// Half of the letters: `wbe` is like `web`, `database` is not.
const MIN_LIKENESS = 0.3;

/** 1 for equal, 0 for nothing in common. */
function likeness({ wanted, actual }: { wanted: string; actual: string }): number {
  const longest = Math.max(wanted.length, actual.length, 1);
  return 1 - distance(wanted, actual) / longest;
}
