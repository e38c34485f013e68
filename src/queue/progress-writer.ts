// Passes on the latest progress at a bounded rate: the first at once, then at most one per interval, never two at a time.

import type { Progress } from '../incidents/incident.ts';

export interface ProgressWriter {
  report(progress: Progress): void;
  /** Drops what is not written yet and waits for the write under way. */
  end(): Promise<void>;
}

export function createProgressWriter(
  write: (progress: Progress) => Promise<void>,
  intervalMs: number,
): ProgressWriter {
  let latest: Progress | undefined;
  let resting: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  function writeLatest(): void {
    if (!latest || writing || resting) return;
    const progress = latest;
    latest = undefined;
    resting = setTimeout(() => {
      resting = undefined;
      writeLatest();
    }, intervalMs);
    writing = write(progress).finally(() => {
      writing = undefined;
      writeLatest();
    });
  }

  return {
    report(progress) {
      latest = progress;
      writeLatest();
    },
    async end() {
      latest = undefined;
      clearTimeout(resting);
      await writing;
    },
  };
}
