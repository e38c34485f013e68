// What a measurement brings: samples, and the reasons for what is not among them.

import type { UnavailableReason } from '../cluster/access.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { MeasuredThing, Samples } from '../ops/cluster-metrics.ts';

/** `unknown`: what is asked does not report. `no-reply`: nothing answered, which has more than one meaning there. */
export type FailureReason =
  | UnavailableReason
  | 'unknown'
  | 'no-reply'
  | 'no-target'
  | 'no-permission'
  | 'cluster-unreachable'
  | 'crashed';

export interface Reading {
  what: MeasuredThing;
  /** Absent: nothing could be measured. */
  samples?: Samples;
  /** One for each part that could not be measured. */
  failures: FailureReason[];
}

export const unread = (what: MeasuredThing, ...failures: FailureReason[]): Reading => ({ what, failures });

export const reasonsOf = (asked: (Evidence<unknown> | undefined)[]): UnavailableReason[] =>
  asked.flatMap((each) => (each?.status === 'unavailable' ? [each.reason] : []));
