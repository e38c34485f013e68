// The entrances for fixes: "Fix: …" under a verdict, and what is pressed under a proposal. A click is believed only as far as it
// can be checked: incident and proposal come from the stores and must live in the channel in which it was pressed, and who
// pressed it is asked of Slack at that moment. Who may do what is decided in remediation/.

import type { App, BlockAction, ButtonAction, ViewSubmitAction } from '@slack/bolt';
import type { Language } from '../incidents/intent.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import { fixNotice, fixRefusal, noWorkerLine } from '../messages/fixes.ts';
import { type Line, line } from '../messages/fragment.ts';
import { notice } from '../messages/notices.ts';
import { planDetails } from '../messages/remediation-plan.ts';
import { decisionRefusalWords } from '../messages/remediation-refusals.ts';
import type { SeenProposal } from '../remediation/ports.ts';
import type { ActOnProposal, DecideReply, RemediationService } from '../remediation/service.ts';
import type { Conversation, Visit } from './conversation.ts';
import { decodeFix, FIX_ACTION, type FixWanted } from './fix-row.ts';
import { visitOf } from './interactions.ts';
import type { Logger } from './logger.ts';
import type { People } from './people.ts';
import type { Posting } from './posting.ts';
import { decodeProposal, PROPOSAL_ACTIONS, type ProposalButton } from './proposal-button.ts';
import { REASON_VIEW, ReasonCarried, reasonWindow } from './reason-window.ts';
import { answerWindow, writtenText } from './text-window.ts';

export interface FixParts {
  conversation: Conversation;
  store: Pick<IncidentStore, 'load'>;
  fixes: RemediationService;
  people: People;
  posting: Pick<Posting, 'uploadOnce'>;
  logger: Logger;
}

interface Press {
  visit: Visit;
  value: string;
  /** Opens a window within three seconds. */
  triggerId: string;
}

export function registerFixes(app: App, parts: FixParts): void {
  const { conversation, store, fixes, people, posting, logger } = parts;

  function onPress(actionId: string | RegExp, handle: (press: Press) => Promise<void>): void {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: actionId },
      async ({ ack, body, action, respond }) => {
        await ack();
        const visit = visitOf(body, action.action_ts, respond);
        if (visit) await handle({ visit, value: action.value ?? '', triggerId: body.trigger_id });
      },
    );
  }

  async function propose(visit: Visit, wanted: FixWanted, language: Language): Promise<Line[]> {
    const incident = await store.load(wanted.incidentId);
    if (incident?.thread.channel !== visit.channel)
      return [notice('unknownIncident', language, wanted.incidentId)];
    const { diagnosis, thread } = incident;
    if (diagnosis?.id !== wanted.diagnosisId || thread.rootTs === undefined)
      return [fixNotice('oldVerdict', language)];
    const { finding, remediation } = wanted;
    const reply = await fixes.propose({
      incident: { id: incident.id, channel: thread.channel, rootTs: thread.rootTs },
      ...{ diagnosis, finding, remediation, language, by: visit.user },
      requestKey: keyOf(wanted),
    });
    if (reply.kind === 'refused')
      return reply.refusal === 'no-worker'
        ? [noWorkerLine(diagnosis.cluster, language)]
        : [fixRefusal(reply.refusal, language)];
    return reply.kind === 'joined' ? [fixNotice('joined', language)] : [];
  }

  onPress(FIX_ACTION, ({ visit, value }) =>
    conversation.attend(visit, async (language) => {
      const wanted = decodeFix(value);
      return wanted ? propose(visit, wanted, language) : [fixRefusal('unknown-fix', language)];
    }),
  );

  /** The proposal of the click, if it is still there and lives where it was pressed; else a sentence. */
  async function withProposal(
    visit: Visit,
    value: string,
    language: Language,
    work: (button: ProposalButton, seen: SeenProposal) => Promise<Line[]>,
  ): Promise<Line[]> {
    const button = decodeProposal(value);
    const seen = button && (await fixes.look(button.proposalId));
    return button && seen?.proposal.thread.channel === visit.channel
      ? work(button, seen)
      : [fixRefusal('unknown-proposal', language)];
  }

  /** Undefined: Slack did not say who it is. */
  async function decide(
    kind: 'approve' | 'reject',
    user: string,
    { proposalId, nonce, digest }: ProposalButton,
    reason: string,
  ): Promise<DecideReply | undefined> {
    const by = await people.find(user);
    return by && fixes.decide(proposalId, { kind, by, nonce, digest, reason });
  }

  onPress(PROPOSAL_ACTIONS.approve, ({ visit, value, triggerId }) =>
    conversation.attend(visit, (language) =>
      withProposal(visit, value, language, async (button) => {
        const reply = await decide('approve', visit.user, button, '');
        if (reply?.kind !== 'refused' || reply.refusal.kind !== 'reason-missing')
          return decideLines(reply, language);
        const view = reasonWindow({ channel: visit.channel, button: value }, language);
        await app.client.views.open({ trigger_id: triggerId, view });
        return [];
      }),
    ),
  );

  app.view<ViewSubmitAction>(REASON_VIEW, async ({ ack, body, view }) => {
    const { channel, button: value } = ReasonCarried.parse(JSON.parse(view.private_metadata));
    const reason = writtenText(view.state.values);
    const approver = { user: body.user.id, channel, requestKey: `reason:${view.id}` };
    await answerWindow(ack, approver, conversation, (visit, language) =>
      withProposal(visit, value, language, async (button) =>
        decideLines(await decide('approve', visit.user, button, reason), language),
      ),
    );
  });

  onPress(PROPOSAL_ACTIONS.reject, ({ visit, value }) =>
    conversation.attend(visit, (language) =>
      withProposal(visit, value, language, async (button) =>
        decideLines(await decide('reject', visit.user, button, ''), language),
      ),
    ),
  );

  for (const [action, act] of [
    [PROPOSAL_ACTIONS.stop, fixes.stop],
    [PROPOSAL_ACTIONS.undo, fixes.undo],
  ] as const)
    onPress(action, ({ visit, value }) =>
      conversation.attend(visit, (language) =>
        withProposal(visit, value, language, async ({ proposalId }) =>
          actLines(await act(proposalId, visit.user), language),
        ),
      ),
    );

  onPress(PROPOSAL_ACTIONS.details, ({ visit, value }) =>
    conversation.attend(visit, (language) =>
      withProposal(visit, value, language, async (_, { proposal }) => {
        if (!proposal.request) return [fixRefusal('unknown-proposal', language)];
        const { plan, terms } = proposal.request;
        const { channel, rootTs } = proposal.thread;
        const place = { channel, threadTs: rootTs, since: terms.requestedAt };
        const file = planDetails(plan, terms.digest, proposal.language);
        try {
          await posting.uploadOnce(place, `plan-${proposal.id}.txt`, file);
          return [fixNotice('detailsPosted', language)];
        } catch (error) {
          logger.warn({ err: error, proposalId: proposal.id }, 'Plan not uploaded');
          return [fixNotice('detailsFailed', language)];
        }
      }),
    ),
  );
}

/** One request however often it is pressed: who presses twice, or second, gets the one that is under way. */
const keyOf = ({ incidentId, diagnosisId, finding, remediation }: FixWanted): string =>
  [incidentId, diagnosisId, finding, remediation].join('-').replace(/[^A-Za-z0-9-]/g, '-');

/** What was decided shows in the proposal's own message. */
function decideLines(reply: DecideReply | undefined, language: Language): Line[] {
  if (!reply) return [fixNotice('personUnknown', language)];
  if (reply.kind === 'decided') return [];
  if (reply.refusal.kind === 'unknown-proposal') return [fixRefusal('unknown-proposal', language)];
  return [line(decisionRefusalWords(reply.refusal, language))];
}

const actLines = (reply: ActOnProposal, language: Language): Line[] =>
  reply.kind === 'refused' ? [fixRefusal(reply.refusal, language)] : [];
