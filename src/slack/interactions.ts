// The entrances for what people press: buttons, the person select, the menu, and the window for a note. A click is
// believed only as far as it can be checked: the incident comes from the store, and must live in the channel in which
// it was pressed.

import type { App, BlockAction, BlockElementAction, RespondFn } from '@slack/bolt';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentIntent, Language } from '../incidents/intent.ts';
import { type IncidentStore, StoreUnavailable } from '../incidents/ports.ts';
import type { Line } from '../messages/fragment.ts';
import { notice } from '../messages/notices.ts';
import { type ButtonValue, decodeButton } from './button-value.ts';
import type { Conversation, Visit } from './conversation.ts';
import { intentOfChoice } from './incident-actions.ts';
import type { Logger } from './logger.ts';
import { registerNotes } from './notes.ts';
import type { SlackSurface } from './surface.ts';

export interface InteractionParts {
  store: IncidentStore;
  surface: SlackSurface;
  conversation: Conversation;
  logger: Logger;
}

interface Click {
  visit: Visit;
  value: ButtonValue;
  /** Opens a window within three seconds. */
  triggerId: string;
}

export function registerInteractions(app: App, parts: InteractionParts): void {
  const { store, surface, conversation, logger } = parts;
  const openNote = registerNotes(app, conversation);

  function onPress(
    actionId: string,
    handle: (click: Click, action: BlockElementAction) => Promise<void>,
  ): void {
    app.action<BlockAction<BlockElementAction>>(
      { type: 'block_actions', action_id: actionId },
      async ({ ack, body, action, respond }) => {
        await ack();
        const value = decodeButton(action.type === 'button' ? action.value : action.block_id);
        const visit = visitOf(body, action.action_ts, respond);
        if (value && visit) await handle({ visit, value, triggerId: body.trigger_id }, action);
      },
    );
  }

  /** The incident of the click, if it is still there and lives where it was pressed; else a sentence. */
  const withIncident = (
    { visit, value }: Click,
    work: (incident: Incident, language: Language) => Promise<Line[]>,
  ): Promise<void> =>
    conversation.attend(visit, async (language) => {
      const incident = await store.load(value.incidentId);
      return incident?.thread.channel === visit.channel
        ? work(incident, language)
        : [notice('unknownIncident', language, value.incidentId)];
    });

  const act = (click: Click, intentOf: (incident: string) => IncidentIntent): Promise<void> =>
    withIncident(click, ({ id }, language) => conversation.act(click.visit, intentOf(id), language));

  onPress('acknowledge', (click) => act(click, (incident) => ({ verb: 'ack', incident })));

  onPress('assign', async (click, action) => {
    if (action.type !== 'users_select') return;
    await act(click, (incident) => ({ verb: 'assign', incident, to: action.selected_user }));
  });

  onPress('more', async (click, action) => {
    if (action.type !== 'overflow') return;
    const { incidentId } = click.value;
    const intent = intentOfChoice(action.selected_option.value, incidentId);
    if (intent) await act(click, () => intent);
    else await openNote(click.visit, incidentId, click.triggerId);
  });

  onPress('check-again', (click) => conversation.recheck(click.visit, click.value.incidentId));

  onPress('evidence', (click) =>
    withIncident(click, async (incident, language) => {
      if (!incident.diagnosis) return [notice('noEvidence', language)];
      try {
        const posted = await surface.postEvidence(incident);
        if (posted.evidenceOf === undefined) return [notice('evidencePosted', language)];
        await store.apply(incident.id, { kind: 'posted', thread: posted });
        return [];
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        logger.warn({ err: error, incidentId: incident.id }, 'Evidence file not uploaded');
        return [notice('evidenceFailed', language)];
      }
    }),
  );

  for (const opinion of ['right', 'wrong'] as const)
    onPress(`feedback-${opinion}`, ({ visit, value }) =>
      conversation.attend(visit, async (language) => {
        logger.info({ ...value, opinion, by: visit.user }, 'Verdict judged');
        return [notice('feedbackNoted', language)];
      }),
    );
}

/** Undefined: it was pressed outside of a channel. */
export function visitOf(
  body: BlockAction<BlockElementAction>,
  actionTs: string,
  respond: RespondFn,
): Visit | undefined {
  const channel = body.channel?.id;
  if (channel === undefined) return undefined;
  const message = body.message as { ts?: string; thread_ts?: string } | undefined;
  const thread = message?.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  return {
    user: body.user.id,
    channel,
    requestKey: `${message?.ts ?? ''}:${actionTs}:${body.user.id}`,
    answer: (reply) => respond({ ...reply, ...thread, response_type: 'ephemeral', replace_original: false }),
  };
}
