// What could not be seen as reasons of an inconclusive outcome: one for each place and kind, and few of them. Pure.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { InconclusiveReason } from '../../diagnosis/playbook.ts';

const MAX_REASONS = 3;

export const toReason = (evidence: Unavailable): InconclusiveReason => ({ kind: 'unavailable', evidence });

/** Twelve checks that a node without an agent leaves unseen are one thing to know about it. */
export function reasonsFor(unseen: Unavailable[]): InconclusiveReason[] {
  const keyOf = ({ vantage, reason }: Unavailable): string =>
    `${vantage.kind === 'api' ? 'api' : vantage.node} ${reason}`;
  return unseen
    .filter((each, at) => unseen.findIndex((other) => keyOf(other) === keyOf(each)) === at)
    .slice(0, MAX_REASONS)
    .map(toReason);
}
