// What people do in the workspace: type words and commands, mention the app, press buttons. Each becomes a delivery
// to the app, and, where Slack shows one, a message.

import type { Delivery, DeliveryLine } from './delivery.ts';
import { answerMessage, type ResponseUrls } from './response-urls.ts';
import { APP, type Message, type WorkspaceState } from './state.ts';
import type { Views } from './views.ts';

export interface Place {
  user: string;
  channel: string;
  /** Inside that thread. */
  threadTs?: string;
}

export interface People {
  /** A line in the composer: a slash command, a mention of the app, or just words. */
  type(place: Place, text: string): Promise<Delivery | undefined>;
  click(place: Pick<Place, 'user'>, message: Message, actionId: string): Promise<Delivery>;
}

const MENTION = /@cni-triage\b/g;

export function createPeople(
  state: WorkspaceState,
  line: DeliveryLine,
  responseUrls: ResponseUrls,
  views: Views,
  baseUrl: () => string,
): People {
  const sayOnly = (place: Place, text: string): void => {
    const body = place.threadTs === undefined ? { text } : { text, thread_ts: place.threadTs };
    state.messages.push(answerMessage(state, place, body));
    state.changed();
  };

  async function slashCommand(place: Place, text: string): Promise<Delivery> {
    const [command = '', ...words] = text.split(' ');
    if (place.threadTs !== undefined) {
      sayOnly(place, `${command} is not supported in threads. Sorry!`);
      return { outcome: 'dispatch_failed' };
    }
    const delivery = await line.deliver('slash_commands', {
      command,
      // Slack escapes what people type.
      text: entities(words.join(' ')),
      user_id: place.user,
      user_name: state.people.get(place.user)?.name ?? place.user,
      channel_id: place.channel,
      channel_name: state.channels.get(place.channel)?.name ?? place.channel,
      team_id: APP.teamId,
      team_domain: 'local',
      api_app_id: APP.appId,
      is_enterprise_install: 'false',
      trigger_id: views.newTrigger(),
      response_url: baseUrl() + responseUrls.create(place),
    });
    if (delivery.outcome !== 'acknowledged')
      sayOnly(place, `${command} failed with the error "${delivery.outcome}"`);
    return delivery;
  }

  async function say(place: Place, text: string): Promise<Delivery | undefined> {
    const message: Message = {
      channel: place.channel,
      ts: state.nextTs(),
      ...(place.threadTs !== undefined && { threadTs: place.threadTs }),
      user: place.user,
      text: entities(text).replace(MENTION, `<@${APP.userId}>`),
      blocks: [],
      files: [],
      edits: 0,
      reactions: [],
    };
    state.messages.push(message);
    state.changed();
    if (!text.match(MENTION)) return undefined;
    return line.deliver('events_api', {
      type: 'event_callback',
      event_id: state.nextId('Ev'),
      event_time: Math.floor(Number(message.ts)),
      team_id: APP.teamId,
      api_app_id: APP.appId,
      authorizations: [
        { team_id: APP.teamId, user_id: APP.userId, is_bot: true, is_enterprise_install: false },
      ],
      event: {
        type: 'app_mention',
        user: place.user,
        channel: place.channel,
        ts: message.ts,
        ...(place.threadTs !== undefined && { thread_ts: place.threadTs }),
        text: message.text,
      },
    });
  }

  return {
    type: (place, text) => (text.startsWith('/') ? slashCommand(place, text) : say(place, text)),

    click({ user }, message, actionId) {
      const elements = message.blocks.flatMap((block) =>
        Array.isArray(block.elements) ? block.elements : [],
      );
      const button = elements.find((element: { action_id?: string }) => element.action_id === actionId);
      if (!button) throw new Error(`the message has no button ${actionId}`);
      const { channel, ts, threadTs, text, blocks } = message;
      return line.deliver('interactive', {
        type: 'block_actions',
        team: { id: APP.teamId, domain: 'local' },
        user: { id: user, username: state.people.get(user)?.name ?? user, team_id: APP.teamId },
        api_app_id: APP.appId,
        channel: { id: channel, name: state.channels.get(channel)?.name ?? channel },
        container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
        message: {
          type: 'message',
          ts,
          text,
          blocks,
          ...(threadTs !== undefined && { thread_ts: threadTs }),
        },
        trigger_id: views.newTrigger(),
        response_url: baseUrl() + responseUrls.create({ channel, user }),
        actions: [{ ...button, block_id: 'actions', action_ts: state.nextTs() }],
      });
    },
  };
}

const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
