// Where a proposal stands, from what is stored about it and the time. Pure; what people read about it is `messages/`.

import type { SeenProposal } from './ports.ts';

export type ProposalState =
  | 'planning'
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
  if (!end) return 'planning';
  if (!request) return 'unplanned';
  if (request.state === 'rejected') return 'rejected';
  if (request.state === 'approved')
    return journal.some((entry) => entry.kind === 'ended') ? 'ended' : 'running';
  return nowMs < Date.parse(request.terms.expiresAt) ? 'waiting' : 'expired';
}

export const isUnderWay = (state: ProposalState): boolean =>
  state === 'planning' || state === 'waiting' || state === 'running';
