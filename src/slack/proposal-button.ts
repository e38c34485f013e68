// What the buttons under a proposal carry: which proposal, and which plan their message showed. Whoever presses one is checked
// again, and the plan is compared with the one that is stored.

import type { Proposal } from '../remediation/ports.ts';

/** What can be pressed, and how Slack calls it. */
export const PROPOSAL_ACTIONS = {
  approve: 'fix-approve',
  reject: 'fix-reject',
  details: 'fix-details',
  stop: 'fix-stop',
  undo: 'fix-undo',
} as const;

export interface ProposalButton {
  proposalId: string;
  nonce: string;
  digest: string;
}

export const encodeProposal = ({ id, request }: Proposal): string =>
  [id, request?.terms.nonce ?? '', request?.terms.digest ?? ''].join('/');

export function decodeProposal(value: string | undefined): ProposalButton | undefined {
  const [proposalId, nonce, digest] = (value ?? '').split('/');
  return proposalId ? { proposalId, nonce: nonce ?? '', digest: digest ?? '' } : undefined;
}
