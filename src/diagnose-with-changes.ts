// A diagnosis that also says what has changed since the last healthy check. It is found out while the diagnosis runs, and
// is no reason for it to fail or to be late.

import { setTimeout as delay } from 'node:timers/promises';
import type { RecentChanges } from './diagnosis/recent-changes.ts';
import type { Diagnose } from './incidents/ports.ts';

/** Undefined: nothing to compare with, or the cluster does not answer. */
type FindChanges = (cluster: string, signal: AbortSignal) => Promise<RecentChanges | undefined>;

export interface ChangesOptions {
  find: FindChanges;
  /** How long a verdict waits for it. */
  patienceMs: number;
  onFailure(error: unknown): void;
}

export function withRecentChanges(
  diagnose: Diagnose,
  { find, patienceMs, onFailure }: ChangesOptions,
): Diagnose {
  return async (request, onProgress, signal) => {
    const enough = new AbortController();
    const limited = AbortSignal.any([signal, enough.signal]);
    const finding = find(request.cluster, limited).catch((error: unknown) => {
      if (!limited.aborted) onFailure(error);
      return undefined;
    });
    try {
      const result = await diagnose(request, onProgress, signal);
      if (!result.ok) return result;
      const tooLate = delay(patienceMs, undefined, { signal: limited });
      const changed = await Promise.race([finding, tooLate.catch(() => undefined)]);
      return changed ? { ok: true, diagnosis: { ...result.diagnosis, changed } } : result;
    } finally {
      enough.abort();
    }
  };
}
