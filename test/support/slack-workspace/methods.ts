// The Web API methods that the app uses, with Slack's documented refusals. A method returns its answer or throws the
// error word; rate limits, tokens and staged faults are the business of web-api.ts.

import { blockProblems, textLength, tooManyBlocks } from './block-kit.ts';
import { SlackRefusal } from './refusal.ts';
import { APP, type Block, type Channel, type Message, type WorkspaceState } from './state.ts';
import type { Uploads } from './uploads.ts';
import type { Views } from './views.ts';

export type Arguments = Record<string, unknown>;
export type Method = (args: Arguments) => Record<string, unknown>;

const POST_TEXT_LIMIT = 40_000;
const UPDATE_TEXT_LIMIT = 4000;
// Undocumented; bolt-js#2867 saw a refusal at 11,341.
const BLOCKS_TEXT_LIMIT = 11_000;
const METADATA_LIMIT = 8000;

export function createMethods(
  state: WorkspaceState,
  uploads: Uploads,
  views: Views,
  openSocket: () => string,
): Record<string, Method> {
  const own = (channel: string, ts: unknown): Message => {
    const message = state.messages.find(
      (each) => each.channel === channel && each.ts === ts && !each.ephemeralFor,
    );
    if (!message) throw new SlackRefusal('message_not_found');
    if (message.botId !== APP.botId) throw new SlackRefusal('cant_update_message');
    return message;
  };

  return {
    'auth.test': () => ({
      url: 'https://local.slack.test/',
      team: 'Local',
      user: APP.name,
      team_id: APP.teamId,
      user_id: APP.userId,
      bot_id: APP.botId,
    }),

    'apps.connections.open': () => ({ url: openSocket() }),

    'chat.postMessage': (args) => {
      const channel = writableChannel(state, args.channel);
      checkContent(args, POST_TEXT_LIMIT);
      const threadTs = args.thread_ts === undefined ? undefined : String(args.thread_ts);
      const message = newMessage(state, channel, args, threadTs);
      state.messages.push(message);
      return { channel: channel.id, ts: message.ts, message: shown(message, true) };
    },

    'chat.postEphemeral': (args) => {
      const channel = writableChannel(state, args.channel);
      if (!state.people.has(String(args.user))) throw new SlackRefusal('user_not_in_channel');
      checkContent(args, POST_TEXT_LIMIT);
      const threadTs = args.thread_ts === undefined ? undefined : String(args.thread_ts);
      const message = { ...newMessage(state, channel, args, threadTs), ephemeralFor: String(args.user) };
      state.messages.push(message);
      return { message_ts: message.ts };
    },

    'chat.update': (args) => {
      const channel = knownChannel(state, args.channel);
      if (channel.isArchived) throw new SlackRefusal('is_inactive');
      const message = own(channel.id, args.ts);
      checkContent(args, UPDATE_TEXT_LIMIT);
      if (args.blocks !== undefined) {
        const next = args.blocks as Block[];
        // Rich text may not be replaced by blocks that are none.
        if (hasRichText(message.blocks) && next.length > 0 && !hasRichText(next))
          throw new SlackRefusal('block_mismatch');
        message.blocks = next;
      }
      if (args.text !== undefined) message.text = String(args.text);
      message.edits += 1;
      return { channel: channel.id, ts: message.ts, text: message.text };
    },

    'chat.delete': (args) => {
      const message = own(knownChannel(state, args.channel).id, args.ts);
      state.messages.splice(state.messages.indexOf(message), 1);
      return { channel: message.channel, ts: message.ts };
    },

    'conversations.info': (args) => {
      const channel = knownChannel(state, args.channel);
      return {
        channel: {
          id: channel.id,
          name: channel.name,
          is_archived: channel.isArchived,
          is_member: channel.hasApp,
          is_private: channel.isPrivate,
        },
      };
    },

    'conversations.history': (args) => {
      const channel = readableChannel(state, args.channel);
      const found = state.messages
        .filter((message) => message.channel === channel.id && !message.ephemeralFor && !message.threadTs)
        .filter((message) => Number(message.ts) > Number(args.oldest ?? 0))
        .toReversed();
      return page(found, args);
    },

    'conversations.replies': (args) => {
      const channel = readableChannel(state, args.channel);
      const found = state.messages.filter(
        (message) =>
          message.channel === channel.id &&
          !message.ephemeralFor &&
          (message.ts === args.ts || message.threadTs === args.ts),
      );
      if (found.length === 0) throw new SlackRefusal('thread_not_found');
      return page(found, args);
    },

    'users.info': (args) => {
      const person = state.people.get(String(args.user));
      if (!person) throw new SlackRefusal('user_not_found');
      const locale = args.include_locale === 'true' ? { locale: person.locale } : {};
      const { id, name, isDeactivated: deleted = false } = person;
      return { user: { id, name, team_id: APP.teamId, deleted, is_bot: false, ...locale } };
    },

    'usergroups.users.list': (args) => {
      const users = state.groups.get(String(args.usergroup));
      if (!users) throw new SlackRefusal('no_such_subteam');
      return { users };
    },

    'reactions.add': (args) => {
      const message = state.messages.find(
        (each) => each.channel === args.channel && each.ts === args.timestamp,
      );
      if (!message) throw new SlackRefusal('message_not_found');
      const name = String(args.name);
      if (message.reactions.includes(name)) throw new SlackRefusal('already_reacted');
      message.reactions.push(name);
      return {};
    },

    'views.open': (args) => views.open(args),

    'files.getUploadURLExternal': (args) => uploads.begin(args),

    'files.completeUploadExternal': (args) => {
      const files = uploads.complete(args);
      const channel = writableChannel(state, args.channel_id);
      const threadTs = args.thread_ts === undefined ? undefined : String(args.thread_ts);
      const text = String(args.initial_comment ?? '');
      const message = { ...newMessage(state, channel, { text, blocks: [] }, threadTs), files };
      state.messages.push(message);
      return { files: files.map(({ id, title }) => ({ id, title })) };
    },
  };
}

/** What a message may hold; the same for posting, editing and response URLs. */
export function checkContent(args: Arguments, textLimit: number): void {
  const { text, blocks, metadata } = args;
  const hasBlocks = Array.isArray(blocks) && blocks.length > 0;
  if (!hasBlocks && (typeof text !== 'string' || text === '')) throw new SlackRefusal('no_text');
  if (typeof text === 'string' && text.length > textLimit) throw new SlackRefusal('msg_too_long');
  if (blocks !== undefined) {
    if (tooManyBlocks(blocks)) throw new SlackRefusal('msg_blocks_too_many');
    const problems = blockProblems(blocks);
    if (problems.length > 0) throw new SlackRefusal('invalid_blocks', problems);
    if (textLength(blocks) > BLOCKS_TEXT_LIMIT) throw new SlackRefusal('msg_blocks_too_long');
  }
  if (metadata !== undefined && JSON.stringify(metadata).length > METADATA_LIMIT)
    throw new SlackRefusal('metadata_too_large');
}

const hasRichText = (blocks: Block[]): boolean => blocks.some((block) => block.type === 'rich_text');

function knownChannel(state: WorkspaceState, id: unknown): Channel {
  const channel = state.channels.get(String(id));
  if (!channel || (channel.isPrivate && !channel.hasApp)) throw new SlackRefusal('channel_not_found');
  return channel;
}

function readableChannel(state: WorkspaceState, id: unknown): Channel {
  const channel = knownChannel(state, id);
  if (!channel.hasApp) throw new SlackRefusal('not_in_channel');
  return channel;
}

function writableChannel(state: WorkspaceState, id: unknown): Channel {
  const channel = state.people.has(String(id)) ? directChannel(state, String(id)) : knownChannel(state, id);
  if (channel.isArchived) throw new SlackRefusal('is_archived');
  if (!channel.hasApp) throw new SlackRefusal('not_in_channel');
  return channel;
}

/** Posting to a person's id opens the direct message with them. */
function directChannel(state: WorkspaceState, user: string): Channel {
  const known = [...state.channels.values()].find((channel) => channel.directWith === user);
  if (known) return known;
  const id = `D0${user.slice(1)}`;
  const channel = {
    id,
    name: state.people.get(user)?.name ?? user,
    isPrivate: true,
    isArchived: false,
    hasApp: true,
    directWith: user,
  };
  state.channels.set(id, channel);
  return channel;
}

function newMessage(
  state: WorkspaceState,
  channel: Channel,
  args: Arguments,
  threadTs: string | undefined,
): Message {
  return {
    channel: channel.id,
    ts: state.nextTs(),
    ...(threadTs !== undefined && { threadTs }),
    user: APP.userId,
    botId: APP.botId,
    text: String(args.text ?? ''),
    blocks: (args.blocks as Block[] | undefined) ?? [],
    ...(args.metadata !== undefined && { metadata: args.metadata as NonNullable<Message['metadata']> }),
    files: [],
    edits: 0,
    reactions: [],
  };
}

function page(found: Message[], args: Arguments): Record<string, unknown> {
  const limit = Number(args.limit ?? 100);
  const withMetadata = args.include_all_metadata === 'true';
  return {
    messages: found.slice(0, limit).map((message) => shown(message, withMetadata)),
    has_more: found.length > limit,
  };
}

const shown = (message: Message, withMetadata: boolean): Record<string, unknown> => ({
  type: 'message',
  ts: message.ts,
  ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
  user: message.user,
  ...(message.botId !== undefined && { bot_id: message.botId, app_id: APP.appId }),
  text: message.text,
  blocks: message.blocks,
  ...(withMetadata && message.metadata && { metadata: message.metadata }),
  ...(message.files.length > 0 && {
    files: message.files.map(({ id, name, title }) => ({ id, name, title })),
  }),
});
