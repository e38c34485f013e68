// Where a proposal stands, from what is stored about it and the time. Pure; what people read about it is `messages/`.

import type { Proposal, SeenProposal } from './ports.ts';

/** A worker gives a plan two minutes; one that takes over from a dead one is heard in this time as well. */
export const PLAN_PATIENCE_MS = 180_000;

export type ProposalState =
  | 'planning'
  /** No worker has answered in time. A plan that comes later counts all the same, unless somebody has asked anew. */
  | 'unanswered'
  /** No plan came of it. */
  | 'unplanned'
  | 'waiting'
  /** Too few people said yes in time. */
  | 'expired'
  | 'rejected'
  /** Approved; the remediator may not have begun. */
  | 'running'
  | 'ended';

export function stateOf({ proposal, journal }: SeenProposal, nowMs: number): ProposalState {
  const { end, request } = proposal;
  if (!end) return nowMs < unansweredAtMs(proposal) ? 'planning' : 'unanswered';
  if (!request) return 'unplanned';
  if (request.state === 'rejected') return 'rejected';
  if (request.state === 'approved')
    return journal.some((entry) => entry.kind === 'ended') ? 'ended' : 'running';
  return nowMs < Date.parse(request.terms.expiresAt) ? 'waiting' : 'expired';
}

/** What it becomes when nobody does anything, and when; undefined: it stays as it is. */
export function nextByTime(
  seen: SeenProposal,
  nowMs: number,
): { state: 'unanswered' | 'expired'; atMs: number } | undefined {
  const { proposal } = seen;
  const state = stateOf(seen, nowMs);
  if (state === 'planning') return { state: 'unanswered', atMs: unansweredAtMs(proposal) };
  if (state === 'waiting' && proposal.request)
    return { state: 'expired', atMs: Date.parse(proposal.request.terms.expiresAt) };
  return undefined;
}

const unansweredAtMs = ({ order }: Proposal): number => Date.parse(order.requestedAt) + PLAN_PATIENCE_MS;

export const isUnderWay = (state: ProposalState): boolean =>
  state === 'planning' || state === 'waiting' || state === 'running';
