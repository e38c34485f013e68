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
  /** Approved, and no remediator began in time: none will any more. */
  | 'untaken'
  | 'ended';

export function stateOf({ proposal, journal }: SeenProposal, nowMs: number): ProposalState {
  const { end, request } = proposal;
  if (!end) return nowMs < unansweredAtMs(proposal) ? 'planning' : 'unanswered';
  if (!request) return 'unplanned';
  if (request.state === 'rejected') return 'rejected';
  const isInTime = nowMs < Date.parse(request.terms.expiresAt);
  if (request.state !== 'approved') return isInTime ? 'waiting' : 'expired';
  if (journal.some((entry) => entry.kind === 'ended')) return 'ended';
  return isInTime || journal.length > 0 ? 'running' : 'untaken';
}

/** What a proposal comes to by time alone. */
export type ByTime = Extract<ProposalState, 'unanswered' | 'expired' | 'untaken'>;

/** What it becomes when nobody does anything, and when; undefined: it stays as it is. */
export function nextByTime(seen: SeenProposal, nowMs: number): { state: ByTime; atMs: number } | undefined {
  const { proposal, journal } = seen;
  const state = stateOf(seen, nowMs);
  if (state === 'planning') return { state: 'unanswered', atMs: unansweredAtMs(proposal) };
  if (!proposal.request) return undefined;
  const atMs = Date.parse(proposal.request.terms.expiresAt);
  if (state === 'waiting') return { state: 'expired', atMs };
  return state === 'running' && journal.length === 0 ? { state: 'untaken', atMs } : undefined;
}

const unansweredAtMs = ({ order }: Proposal): number => Date.parse(order.requestedAt) + PLAN_PATIENCE_MS;

export const isUnderWay = (state: ProposalState): boolean =>
  state === 'planning' || state === 'waiting' || state === 'running';
