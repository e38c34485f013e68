// The entrances for buttons: check again, evidence, right, wrong. A click is believed only as far as it can be
// checked: the incident comes from the store, and must live in the channel in which the button was pressed.

import type { App, BlockAction, ButtonAction, RespondFn } from '@slack/bolt';
import type { Incident } from '../incidents/incident.ts';
import { type IncidentStore, StoreUnavailable } from '../incidents/ports.ts';
import type { Line } from '../messages/fragment.ts';
import { notice } from '../messages/notices.ts';
import type { Conversation, Visit } from './conversation.ts';
import type { Logger } from './logger.ts';
import { type ButtonValue, decodeButton } from './messages.ts';
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
}

export function registerInteractions(app: App, parts: InteractionParts): void {
  const { store, surface, conversation, logger } = parts;

  function onButton(action: string, handle: (click: Click) => Promise<void>): void {
    app.action<BlockAction<ButtonAction>>(
      { type: 'block_actions', action_id: action },
      async ({ ack, body, action: button, respond }) => {
        await ack();
        const value = decodeButton(button.value);
        const visit = visitOf(body, button, respond);
        if (value && visit) await handle({ visit, value });
      },
    );
  }

  /** The incident of the button, if it is still there and lives where the button was pressed. */
  async function incidentOf({ visit, value }: Click): Promise<Incident | undefined> {
    const incident = await store.load(value.incidentId);
    return incident?.thread.channel === visit.channel ? incident : undefined;
  }

  onButton('check-again', async (click) => {
    await conversation.recheck(click.visit, click.value.incidentId);
  });

  onButton('evidence', (click) =>
    conversation.attend(click.visit, async (language): Promise<Line[]> => {
      try {
        const incident = await incidentOf(click);
        if (!incident) return [notice('unknownIncident', language, click.value.incidentId)];
        if (!incident.diagnosis) return [notice('noEvidence', language)];
        const posted = await surface.postEvidence(incident);
        if (posted.evidenceOf === undefined) return [notice('evidencePosted', language)];
        await store.apply(incident.id, { kind: 'posted', thread: posted });
        return [];
      } catch (error) {
        if (error instanceof StoreUnavailable) return [notice('storeUnavailable', language)];
        logger.warn({ err: error, incidentId: click.value.incidentId }, 'Evidence file not uploaded');
        return [notice('evidenceFailed', language)];
      }
    }),
  );

  for (const opinion of ['right', 'wrong'] as const)
    onButton(`feedback-${opinion}`, ({ visit, value }) =>
      conversation.attend(visit, async (language) => {
        logger.info({ ...value, opinion, by: visit.user }, 'Verdict judged');
        return [notice('feedbackNoted', language)];
      }),
    );
}

/** Undefined: it was pressed outside of a channel. */
export function visitOf(
  body: BlockAction<ButtonAction>,
  button: ButtonAction,
  respond: RespondFn,
): Visit | undefined {
  const channel = body.channel?.id;
  if (channel === undefined) return undefined;
  const message = body.message as { ts?: string; thread_ts?: string } | undefined;
  const thread = message?.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
  return {
    user: body.user.id,
    channel,
    requestKey: `${message?.ts ?? ''}:${button.action_ts}:${body.user.id}`,
    answer: (reply) => respond({ ...reply, ...thread, response_type: 'ephemeral', replace_original: false }),
  };
}
