// Evidence: what came back from one probe, and how it came. Two arms, never a bare value, never null:
// whoever reads it has to say what happens when the question could not be answered.

import type { UnavailableReason } from '../cluster/access.ts';
import type { ProbeLabel, Vantage } from './probe.ts';

interface Provenance {
  /** Id of the probe; equal ids are equal questions. */
  probe: string;
  label: ProbeLabel;
  vantage: Vantage;
  /** ISO 8601 instant at which it was asked. */
  at: string;
  ms: number;
  /** The first kilobyte or so of what came back, credentials redacted. Empty when nothing did. */
  excerpt: string;
}

export interface Observed<T> extends Provenance {
  status: 'observed';
  value: T;
}

export interface Unavailable extends Provenance {
  status: 'unavailable';
  reason: UnavailableReason;
  /** One line for people and logs: what was refused, by whom. */
  detail: string;
}

export type Evidence<T> = Observed<T> | Unavailable;
