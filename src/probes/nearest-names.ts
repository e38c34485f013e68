// The names most like one that does not exist, for "did you mean".

import { distance } from 'fastest-levenshtein';

/** At most three, the nearest first; none that is altogether different. */
export function nearestNames(wanted: string, names: string[]): string[] {
  return names
    .map((name) => ({
      name,
      // Pods have random endings, which nobody types.
      edits: Math.min(distance(wanted, name), distance(wanted, name.slice(0, wanted.length)) + 1),
      related: name.includes(wanted) || wanted.includes(name),
    }))
    .filter(({ name, edits, related }) => related || edits <= Math.max(2, Math.ceil(name.length / 3)))
    .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}
