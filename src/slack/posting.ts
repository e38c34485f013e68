// Posts and edits single messages so that none can appear twice: before a first post it looks for one of ours with
// the same mark, because a call that timed out or answered 500 may have been stored all the same.

import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { isFrozen, isMalformed } from './failures.ts';
import type { SlackMessage } from './messages.ts';
import type { Pace } from './pace.ts';

const EVENT_TYPE = 'cni_triage_message';
// Slack's maximum for one call; more messages between two attempts at one of ours are not expected.
const LOOK_BACK = 999;
// Edits that change nothing are not sent; beyond this many messages the oldest are forgotten and edited once more.
const REMEMBERED = 2000;

/** Which message of which incident this is. Equal marks are one message. */
export interface Mark {
  incident: string;
  part: string;
}

export interface Place {
  channel: string;
  /** Root of the thread; absent for the root itself. */
  threadTs?: string;
  /** Instant before which the message cannot have been posted. */
  since: string;
}

export interface Posting {
  /** Finds the message or posts it; returns its timestamp. */
  postOnce(place: Place, mark: Mark, message: SlackMessage): Promise<string>;
  /**
   * False when the message is gone or can no longer be edited. An optional edit is left out when Slack's limit is near:
   * a later one says more.
   */
  edit(channel: string, ts: string, message: SlackMessage, choice?: { optional: boolean }): Promise<boolean>;
  /** Puts a file into the channel or thread, once more at each call. */
  upload(place: Omit<Place, 'since'>, filename: string, content: string): Promise<void>;
  /** Uploads into the thread unless a file of that name is there already. */
  uploadOnce(place: Place & { threadTs: string }, filename: string, content: string): Promise<void>;
}

export interface PostingParts {
  client: WebClient;
  pace: Pace;
  /** Our own bot id; marks on other people's messages count for nothing. */
  botId(): string;
  onMalformed(error: unknown): void;
}

export function createPosting({ client, pace, botId, onMalformed }: PostingParts): Posting {
  const lastSent = new Map<string, string>();

  function remember(ts: string, message: SlackMessage): void {
    lastSent.delete(ts);
    lastSent.set(ts, JSON.stringify(message));
    const oldest = lastSent.keys().next().value;
    if (lastSent.size > REMEMBERED && oldest !== undefined) lastSent.delete(oldest);
  }

  /** Ours in that place, newest first. */
  async function ownMessages(place: Place): Promise<OwnMessage[]> {
    const window = { channel: place.channel, include_all_metadata: true, limit: LOOK_BACK };
    pace.takeCall(place.threadTs === undefined ? 'conversations.history' : 'conversations.replies');
    const answer =
      place.threadTs === undefined
        ? await client.conversations.history({ ...window, oldest: secondsBefore(place.since) })
        : await client.conversations.replies({ ...window, ts: place.threadTs });
    return ((answer.messages ?? []) as OwnMessage[]).filter((message) => message.bot_id === botId());
  }

  async function find(place: Place, mark: Mark): Promise<string | undefined> {
    const found = (await ownMessages(place)).find(
      ({ metadata }) =>
        metadata?.event_type === EVENT_TYPE &&
        metadata.event_payload?.incident === mark.incident &&
        metadata.event_payload?.part === mark.part,
    );
    return found?.ts;
  }

  async function post(place: Place, mark: Mark, message: SlackMessage): Promise<string> {
    pace.take(place.channel);
    const answer = await withoutBlocksIfRefused(message, (body) =>
      client.chat.postMessage({
        channel: place.channel,
        ...(place.threadTs !== undefined && { thread_ts: place.threadTs }),
        ...body,
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: EVENT_TYPE, event_payload: { ...mark } },
      }),
    );
    return answer.ts as string;
  }

  /** A message that Slack refuses for its form still reaches the reader, as its one line of text. */
  async function withoutBlocksIfRefused<T>(
    message: SlackMessage,
    send: (body: { text: string; blocks: KnownBlock[] }) => Promise<T>,
  ): Promise<T> {
    try {
      return await send({ text: message.text, blocks: message.blocks });
    } catch (error) {
      if (!isMalformed(error)) throw error;
      onMalformed(error);
      return send({ text: message.text, blocks: [] });
    }
  }

  async function edit(
    channel: string,
    ts: string,
    message: SlackMessage,
    { optional } = { optional: false },
  ): Promise<boolean> {
    if (lastSent.get(ts) === JSON.stringify(message)) return true;
    if (optional && pace.isScarce('chat.update')) return true;
    pace.takeCall('chat.update');
    try {
      await withoutBlocksIfRefused(message, (body) => client.chat.update({ channel, ts, ...body }));
    } catch (error) {
      if (isFrozen(error)) return false;
      throw error;
    }
    remember(ts, message);
    return true;
  }

  async function postOnce(place: Place, mark: Mark, message: SlackMessage): Promise<string> {
    const known = await find(place, mark);
    if (known !== undefined) {
      await edit(place.channel, known, message);
      return known;
    }
    const ts = await post(place, mark, message);
    remember(ts, message);
    return ts;
  }

  async function uploadOnce(
    place: Place & { threadTs: string },
    filename: string,
    content: string,
  ): Promise<void> {
    const present = (await ownMessages(place)).some((message) =>
      message.files?.some((file) => file.name === filename),
    );
    if (!present) await upload(place, filename, content);
  }

  async function upload(
    { channel, threadTs }: Omit<Place, 'since'>,
    filename: string,
    content: string,
  ): Promise<void> {
    pace.take(channel);
    const file = { filename, title: filename, content };
    await client.filesUploadV2(
      threadTs === undefined
        ? { channel_id: channel, ...file }
        : { channel_id: channel, thread_ts: threadTs, ...file },
    );
  }

  return { postOnce, edit, upload, uploadOnce };
}

/** The fields of a Slack message that matter here; the SDK's types leave out metadata of replies. */
interface OwnMessage {
  ts?: string;
  bot_id?: string;
  metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
  files?: { name?: string }[];
}

// Slack's clock and ours may differ a little.
const CLOCK_SKEW_S = 60;
const secondsBefore = (instant: string): string =>
  Math.max(0, Date.parse(instant) / 1000 - CLOCK_SKEW_S).toFixed(6);
