// Slack's rate limits: tiers per method and minute, and about one new message a second in a channel.
// https://docs.slack.dev/apis/web-api/rate-limits

export interface RateLimits {
  /** Seconds to wait, or undefined when the call may pass. */
  check(method: string, channel: string | undefined): number | undefined;
}

export interface RateLimitOptions {
  /** Messages that may follow each other at once in a channel. */
  channelBurst: number;
}

const PER_MINUTE: Record<string, number> = {
  'chat.update': 50,
  'chat.delete': 50,
  'chat.postEphemeral': 100,
  'conversations.history': 50,
  'conversations.replies': 50,
  'conversations.info': 50,
  'users.info': 100,
  'usergroups.users.list': 20,
  'views.open': 100,
  'reactions.add': 50,
  'files.getUploadURLExternal': 100,
  'files.completeUploadExternal': 100,
};

export function createRateLimits(clock: { now(): Date }, { channelBurst }: RateLimitOptions): RateLimits {
  const buckets = new Map<string, { tokens: number; at: number }>();

  function take(key: string, capacity: number, perSecond: number): number | undefined {
    const now = clock.now().getTime();
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    const allowed = tokens >= 1;
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed ? undefined : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  }

  return {
    check(method, channel) {
      if (method === 'chat.postMessage') return take(`${method} ${channel}`, channelBurst, 1);
      const perMinute = PER_MINUTE[method];
      return perMinute === undefined ? undefined : take(method, perMinute, perMinute / 60);
    },
  };
}
