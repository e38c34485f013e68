// When a NetworkPolicy was last changed: by what the API server remembers of their writes, and by those that have gone
// since the last look, of which it remembers nothing. Other kinds of policies are not looked at.

import type { Ask } from '../diagnosis/playbook.ts';
import { listWritten } from '../probes/written-objects.ts';
import { type Reading, unread } from './reading.ts';

export type MeasurePolicies = (ask: Ask) => Promise<Reading>;

/** What it remembers is gone with the process: a policy that goes away meanwhile is missed. */
export function createPolicyWatch(): MeasurePolicies {
  let known: string[] = [];
  let wentAtMs: number | undefined;

  return async (ask) => {
    const listed = await ask(listWritten('networkpolicies'));
    if (listed.status === 'unavailable') return unread('policies', listed.reason);
    const present = listed.value.map(({ namespace, name }) => `${namespace}/${name}`);
    if (known.some((name) => !present.includes(name))) wentAtMs = Date.parse(listed.at);
    known = present;
    const writtenMs = listed.value.flatMap(({ lastWrite, createdAt }) => {
      const at = lastWrite?.at ?? createdAt;
      return at === undefined ? [] : [Date.parse(at)];
    });
    const changes = [...writtenMs, ...(wentAtMs === undefined ? [] : [wentAtMs])];
    return {
      what: 'policies',
      samples: { what: 'policies', ...(changes.length > 0 && { changedAtMs: Math.max(...changes) }) },
      failures: [],
    };
  };
}
