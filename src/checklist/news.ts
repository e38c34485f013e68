// What is worth telling of a scheduled run: an item that turned, or is not fine in another way than people were told of.
// The same failure is not told every quarter of an hour; the digest repeats it. Pure.

import type { CheckItem, CheckResult } from './checklist.ts';

/** `told`: the last results that people saw. */
export const newsIn = (results: CheckResult[], told: CheckResult[]): CheckItem[] =>
  results.filter((result) => isNews(result, told)).map(({ item }) => item);

function isNews(result: CheckResult, told: CheckResult[]): boolean {
  const last = told.find(({ item }) => item === result.item);
  if (!last) return result.status !== 'fine';
  return last.status !== result.status || (result.status !== 'fine' && gistOf(last) !== gistOf(result));
}

/** What makes two results of an item the same to a reader: counts may move, names may not. */
function gistOf(result: CheckResult): string {
  switch (result.item) {
    case 'cni-health':
    case 'mesh':
    case 'dns': {
      const { finding, reason } = result.params;
      return JSON.stringify([finding?.code, finding?.subject, finding?.node, reason?.kind]);
    }
    case 'pools':
      return JSON.stringify([result.params.crowded.map(({ node }) => node).toSorted(), result.params.unseen]);
    case 'policies':
      return JSON.stringify([result.params.changes.map(({ what, subjects, at }) => [what, subjects, at])]);
    case 'drill':
      return JSON.stringify(result.params.last);
    case 'version':
      return JSON.stringify(result.params.versions.map(({ version }) => version));
  }
}
