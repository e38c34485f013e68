// A document: what a person reads, in reading order, before any surface draws it. Slack and the terminal each draw
// these few kinds of parts; what is said and in which order is decided once, in verdict.ts.

import type { Line } from './fragment.ts';
import type { LegTable } from './legs.ts';

export type Part =
  | { kind: 'text'; line: Line }
  | { kind: 'legs'; table: LegTable }
  | { kind: 'list'; title: Line; ordered: boolean; items: Line[] }
  /** Small print. */
  | { kind: 'note'; line: Line };

export interface Document {
  parts: Part[];
  /** Whether something was left out that the evidence file has. */
  abridged: boolean;
}
