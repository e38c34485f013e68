// Keeps within Slack's limits before Slack has to refuse: about one new message a second in a channel, and a number of
// calls a minute for each method. Whoever is too early is told when to come back, so that nothing waits inside a
// rendering and one busy channel holds up no other.

import { SurfaceRateLimited } from '../incidents/ports.ts';

/** https://docs.slack.dev/apis/web-api/rate-limits: tier 3, 50 a minute and more, for each workspace. */
export type PacedCall = 'chat.update' | 'conversations.history' | 'conversations.replies';

// A thread's root, its reply and its file may follow each other at once.
const MESSAGES = { intervalMs: 1000, burst: 4 };
const CALLS = { intervalMs: 60_000 / 45, burst: 20 };

export interface Pace {
  /** Counts one message in that channel; throws SurfaceRateLimited when it is too early. */
  take(channel: string): void;
  /** Counts one call of that method; throws SurfaceRateLimited when it is too early. */
  takeCall(call: PacedCall): void;
  /** Whether so many calls were made that the rest should be kept for what matters. */
  isScarce(call: PacedCall): boolean;
}

export function createPace(clock: { now(): Date }): Pace {
  const channels = createBuckets(clock, MESSAGES);
  const calls = createBuckets(clock, CALLS);

  return {
    take: channels.take,
    takeCall: calls.take,
    isScarce: (call) => calls.share(call) > 0.5,
  };
}

/** One bucket a key (generic cell rate algorithm). */
function createBuckets(clock: { now(): Date }, { intervalMs, burst }: { intervalMs: number; burst: number }) {
  /** Key -> instant at which its bucket is full again. */
  const fullAt = new Map<string, number>();

  function forgetIdle(now: number): void {
    for (const [key, at] of fullAt) if (at <= now) fullAt.delete(key);
  }

  return {
    take(key: string): void {
      const now = clock.now().getTime();
      forgetIdle(now);
      const next = Math.max(fullAt.get(key) ?? now, now) + intervalMs;
      const earlyMs = next - now - burst * intervalMs;
      if (earlyMs > 0) throw new SurfaceRateLimited(earlyMs);
      fullAt.set(key, next);
    },
    /** How much of the bucket is taken, from 0 to 1. */
    share(key: string): number {
      const now = clock.now().getTime();
      return (Math.max(fullAt.get(key) ?? now, now) - now) / (burst * intervalMs);
    },
  };
}
