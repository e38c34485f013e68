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
  /** `choice`: the person of a select, or the value of a menu's option. */
  click(place: Pick<Place, 'user'>, message: Message, actionId: string, choice?: string): Promise<Delivery>;
  /** Writes the text into the window that is open before that person, and sends it off. */
  submit(place: Pick<Place, 'user'>, text: string): Promise<Delivery>;
  /** Closes that window without sending anything. */
  cancel(place: Pick<Place, 'user'>): void;
}

type Control = Record<string, unknown>;

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
      trigger_id: views.newTrigger(place.user),
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

    async submit({ user }, text) {
      const view = views.opened.get(user);
      if (!view) throw new Error(`no window is open before ${user}`);
      const values = Object.fromEntries(
        view.blocks.map((block) => [
          block.block_id,
          { [block.element.action_id]: { ...block.element, value: text === '' ? null : text } },
        ]),
      );
      const delivery = await line.deliver('interactive', {
        type: 'view_submission',
        team: { id: APP.teamId, domain: 'local' },
        user: { id: user, name: state.people.get(user)?.name ?? user, team_id: APP.teamId },
        api_app_id: APP.appId,
        view: { ...view, type: 'modal', state: { values } },
      });
      if (delivery.outcome !== 'acknowledged') return delivery;
      const answer = bodyOf(delivery.body);
      if (answer.response_action === 'errors') view.errors = answer.errors ?? {};
      else views.opened.delete(user);
      state.changed();
      return delivery;
    },

    cancel({ user }) {
      views.opened.delete(user);
      state.changed();
    },

    click({ user }, message, actionId, choice) {
      const controls = message.blocks.flatMap((block) =>
        (Array.isArray(block.elements) ? (block.elements as Control[]) : []).map((control) => ({
          ...control,
          block_id: block.block_id ?? 'actions',
        })),
      );
      const control = controls.find((each: Control) => each.action_id === actionId);
      if (!control) throw new Error(`the message has no button ${actionId}`);
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
        trigger_id: views.newTrigger(user),
        response_url: baseUrl() + responseUrls.create({ channel, user }),
        actions: [{ ...control, ...chosen(control, choice), action_ts: state.nextTs() }],
      });
    },
  };
}

function chosen(control: Control, choice: string | undefined): Control {
  if (control.type === 'users_select') return { selected_user: choice };
  if (control.type !== 'overflow') return {};
  const option = (control.options as Control[]).find(({ value }) => value === choice);
  if (!option) throw new Error(`the menu has no option ${choice}`);
  return { selected_option: option };
}

/** What the app answered to a submission: an object by socket, its text by HTTP. */
function bodyOf(body: unknown): { response_action?: string; errors?: Record<string, string> } {
  if (typeof body === 'string') return body === '' ? {} : JSON.parse(body);
  return (body ?? {}) as object;
}

const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
