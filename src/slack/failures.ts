// What a failed Web API call means for whoever renders: wait, give up on the channel, or try again later.
// Everything unknown is thrown on unchanged; the queue repeats it with backoff.

import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { SurfaceRateLimited, SurfaceUnreachable } from '../incidents/ports.ts';

/** The channel takes nothing from us, and repeating does not help. */
const UNREACHABLE = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'is_inactive',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'messages_tab_disabled',
  'user_not_in_channel',
]);

/** Our own message was refused for its form: a bug of ours that must not cost the reader the answer. */
const MALFORMED = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_too_long',
  'msg_blocks_too_long',
  'too_many_blocks',
  'msg_blocks_too_many',
  'block_mismatch',
  'metadata_too_large',
]);

/** The message is not there any more, or may not be edited. */
const FROZEN = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

// Slack sometimes reports the limit in the body, without Retry-After.
const DEFAULT_RETRY_MS = 5000;

/** Slack's own word for it, as `not_in_channel`; `unreachable` when Slack was not heard at all. */
export const refusalWord = (error: unknown): string => slackCode(error) ?? 'unreachable';

const slackCode = (error: unknown): string | undefined =>
  error instanceof WebAPIPlatformError ? error.data.error : undefined;

export const isMalformed = (error: unknown): boolean => MALFORMED.has(slackCode(error) ?? '');
export const isFrozen = (error: unknown): boolean => FROZEN.has(slackCode(error) ?? '');

export function asSurfaceError(error: unknown): unknown {
  if (error instanceof WebAPIRateLimitedError)
    return new SurfaceRateLimited(error.retryAfter * 1000, { cause: error });
  const code = slackCode(error);
  if (code === 'ratelimited') return new SurfaceRateLimited(DEFAULT_RETRY_MS, { cause: error });
  if (code !== undefined && UNREACHABLE.has(code)) return new SurfaceUnreachable(code, { cause: error });
  return error;
}
