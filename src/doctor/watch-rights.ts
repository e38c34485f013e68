// Asks again and again what an account may do, for as long as its process runs. Two reviews never overlap; one that fails is
// logged, and the last report grows old, which its instant tells.

import type { RightsFindings, RightsReport } from './examination.ts';

export interface WatchParts {
  review(signal: AbortSignal): Promise<RightsFindings>;
  everyMs: number;
  clock: { now(): Date };
  onFailure(error: unknown): void;
}

export interface RightsWatch {
  /** Undefined: no review has ended yet. */
  latest(): RightsReport | undefined;
  /** Breaks off a review that runs, and waits for its end. */
  close(): Promise<void>;
}

/** Half a minute after it was granted, a right is seen; some minutes, where it has to be asked for by itself (`single-rights.ts`). */
export const REVIEW_EVERY_MS = 30_000;

// An API server that answers slower than this is asked the next time.
const PATIENCE_MS = 20_000;

export function watchRights({ review, everyMs, clock, onFailure }: WatchParts): RightsWatch {
  const closing = new AbortController();
  let report: RightsReport | undefined;
  let running: Promise<void> | undefined;

  async function look(): Promise<void> {
    const at = clock.now().toISOString();
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const findings = await review(signal);
    if (!closing.signal.aborted) report = { at, ...findings };
  }

  function next(): void {
    running ??= look()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) onFailure(error);
      })
      .finally(() => {
        running = undefined;
      });
  }

  const timer = setInterval(next, everyMs);
  next();

  return {
    latest: () => report,
    async close() {
      clearInterval(timer);
      closing.abort();
      await running;
    },
  };
}
