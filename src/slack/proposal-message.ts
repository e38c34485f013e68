// The one message of a proposal as Slack takes it: what is told, and the buttons that its state allows. Pure.

import type { Leg } from '../diagnosis/playbook.ts';
import { fixButtonLabels } from '../messages/fixes.ts';
import { proposalDocument } from '../messages/proposal.ts';
import { planUndo } from '../remediation/plan-remediation.ts';
import type { SeenProposal } from '../remediation/ports.ts';
import { type ProposalState, stateOf } from '../remediation/proposal-state.ts';
import { stepsLeftDone } from '../remediation/service.ts';
import { buttonRow, documentBlocks } from './blocks.ts';
import { escaped } from './escape.ts';
import { fitted, notification } from './limits.ts';
import { firstText, type SlackMessage } from './messages.ts';
import { encodeProposal, PROPOSAL_ACTIONS } from './proposal-button.ts';

/** `before`: the legs of the diagnosis that it answers; empty: they are not known any more. */
export function proposalMessage(seen: SeenProposal, before: Leg[], nowMs: number): SlackMessage {
  const { proposal } = seen;
  const state = stateOf(seen, nowMs);
  const document = proposalDocument(seen, state, before);
  const value = encodeProposal(proposal);
  const buttons = offeredIn(state, seen).map((act) => ({
    action: PROPOSAL_ACTIONS[act],
    label: fixButtonLabels[act][proposal.language],
    value,
  }));
  const row = buttons.length > 0 ? [buttonRow(buttons)] : [];
  return {
    text: notification(escaped(firstText(document))),
    blocks: fitted([...documentBlocks(document), ...row]).blocks,
  };
}

function offeredIn(state: ProposalState, seen: SeenProposal): (keyof typeof PROPOSAL_ACTIONS)[] {
  switch (state) {
    case 'waiting':
      return ['approve', 'reject', 'details'];
    case 'running':
      return seen.proposal.stoppedBy === undefined ? ['stop', 'details'] : ['details'];
    case 'ended':
      return canBeTakenBack(seen) ? ['undo', 'details'] : ['details'];
    default:
      return [];
  }
}

/** Also where that was asked for: nobody may have approved it. The service knows. */
function canBeTakenBack({ proposal, journal }: SeenProposal): boolean {
  if (!proposal.request) return false;
  const { plan, terms } = proposal.request;
  return planUndo(plan, terms.digest, stepsLeftDone(journal), plan.plannedAt) !== undefined;
}
