// What one drill came to in numbers, and what many of them come to. Pure; who measures and who prints is elsewhere.

import { verdictOf } from '../../src/diagnosis/diagnosis.ts';
import type { DrillResult } from '../lab/drill.ts';

export interface Measurement {
  area: string;
  fault: string;
  /** Codes of the causes, or the outcome where there is none. */
  verdict: string;
  /** What is wrong with the verdict; absent when it is right. */
  mistake?: string;
  durationMs: number;
  slowestProbeMs: number;
  /** Topic of that probe. */
  slowestProbe: string;
}

export function measurementOf(area: string, { fault, diagnosis, mistake }: DrillResult): Measurement {
  const causes = diagnosis.findings.filter(({ advisory }) => !advisory).map(({ code }) => code);
  const slowest = diagnosis.probes.toSorted((a, b) => b.ms - a.ms)[0];
  return {
    area,
    fault,
    verdict: [...new Set(causes)].join(' + ') || verdictOf(diagnosis),
    ...(mistake !== undefined && { mistake }),
    durationMs: diagnosis.durationMs,
    slowestProbeMs: slowest?.ms ?? 0,
    slowestProbe: slowest?.label.topic ?? '',
  };
}

/** The target of the design: what cannot be had faster than its slowest part, plus a second. */
export const withinTarget = ({ durationMs, slowestProbeMs }: Measurement): boolean =>
  durationMs <= 1.3 * slowestProbeMs + 1000;

/** Nearest rank: the value that this share of all does not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function summaryOf(measured: readonly Measurement[]): string {
  const times = measured.map(({ durationMs }) => durationMs);
  const right = measured.filter(({ mistake }) => mistake === undefined).length;
  const seconds = (share: number): string => (percentile(times, share) / 1000).toFixed(1);
  return [
    `${right} of ${measured.length} right`,
    `p50 ${seconds(0.5)} s`,
    `p95 ${seconds(0.95)} s`,
    `${measured.filter(withinTarget).length} of ${measured.length} within target`,
  ].join(' · ');
}
