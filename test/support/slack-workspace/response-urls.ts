// Response URLs: a way to answer one interaction without a token, five times within thirty minutes.

import { checkContent } from './methods.ts';
import { SlackRefusal } from './refusal.ts';
import { APP, type Block, type Message, type WorkspaceState } from './state.ts';

const LIVES_MS = 30 * 60_000;
const USES = 5;
const TEXT_LIMIT = 40_000;

export interface ResponseUrls {
  /** Path below the workspace's URL. */
  create(where: { channel: string; user: string }): string;
  use(id: string, body: Record<string, unknown>): { status: number; error?: string };
}

export function createResponseUrls(state: WorkspaceState, clock: { now(): Date }): ResponseUrls {
  const open = new Map<string, { channel: string; user: string; at: number; left: number }>();
  return {
    create({ channel, user }) {
      const id = state.nextId('R');
      open.set(id, { channel, user, at: clock.now().getTime(), left: USES });
      return `/response/${id}`;
    },

    use(id, body) {
      const known = open.get(id);
      if (!known || clock.now().getTime() - known.at > LIVES_MS) return { status: 404, error: 'expired_url' };
      if (known.left === 0) return { status: 404, error: 'used_url' };
      known.left -= 1;
      try {
        checkContent(body, TEXT_LIMIT);
      } catch (error) {
        if (error instanceof SlackRefusal) return { status: 400, error: error.code };
        throw error;
      }
      state.messages.push(answerMessage(state, known, body));
      state.changed();
      return { status: 200 };
    },
  };
}

/** A message that only one person sees, unless the app says otherwise. */
export function answerMessage(
  state: WorkspaceState,
  where: { channel: string; user: string },
  body: Record<string, unknown>,
): Message {
  return {
    channel: where.channel,
    ts: state.nextTs(),
    ...(typeof body.thread_ts === 'string' && { threadTs: body.thread_ts }),
    user: APP.userId,
    botId: APP.botId,
    text: String(body.text ?? ''),
    blocks: (body.blocks as Block[] | undefined) ?? [],
    files: [],
    edits: 0,
    reactions: [],
    ...(body.response_type !== 'in_channel' && { ephemeralFor: where.user }),
  };
}
