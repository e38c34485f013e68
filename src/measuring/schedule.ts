// Measures again and again for as long as the worker runs: what the API server tells twice as often as what nodes are asked
// for. Two looks never overlap; one that takes too long is broken off. What failed is counted, never thrown.

import type { ClusterMetrics } from '../ops/cluster-metrics.ts';
import type { Logger } from '../ops/logger.ts';
import { type Depth, measuredThings } from './measure.ts';
import { type Reading, unread } from './reading.ts';

/** One look at the cluster through an access of its own. */
export type Look = (depth: Depth, signal: AbortSignal) => Promise<Reading[]>;

export interface MeasuringParts {
  look: Look;
  metrics: ClusterMetrics;
  /** Between the starts of two thorough looks. */
  everyMs: number;
  clock: { now(): Date };
  logger: Logger;
}

export interface Measuring {
  /** Breaks off a look that runs, and waits for its end. */
  close(): Promise<void>;
}

// A cluster that answers slower than this is measured the next time.
const PATIENCE_MS = 30_000;

export function startMeasuring({ look, metrics, everyMs, clock, logger }: MeasuringParts): Measuring {
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  let turn = 0;

  const timer = setInterval(next, everyMs / 2);
  next();

  function next(): void {
    if (running) return;
    const depths: Depth[] = turn % 2 === 0 ? ['quick', 'thorough'] : ['quick'];
    turn += 1;
    running = Promise.all(depths.map(measure)).then(() => {
      running = undefined;
    });
  }

  async function measure(depth: Depth): Promise<void> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const readings = await look(depth, signal).catch((error: unknown) => {
      if (!closing.signal.aborted) logger.warn({ depth, err: error }, 'cluster not measured');
      return measuredThings[depth].map((what) => unread(what, 'crashed'));
    });
    if (closing.signal.aborted) return;
    for (const reading of readings) show(reading);
  }

  function show({ what, samples, failures }: Reading): void {
    if (samples) metrics.measured(samples, clock.now().getTime());
    else metrics.lost(what);
    for (const reason of failures) metrics.failed(what, reason);
  }

  return {
    async close() {
      clearInterval(timer);
      closing.abort();
      await running;
    },
  };
}
