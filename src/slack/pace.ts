// Slack takes about one new message a second in a channel, with short bursts. Whoever is too early is told when to
// come back, so that nothing waits inside a rendering and one busy channel holds up no other.

import { SurfaceRateLimited } from '../incidents/ports.ts';

const INTERVAL_MS = 1000;
// A thread's root, its reply and its file may follow each other at once.
const BURST = 4;

export interface Pace {
  /** Counts one message in that channel; throws SurfaceRateLimited when it is too early. */
  take(channel: string): void;
}

export function createPace(clock: { now(): Date }): Pace {
  /** Channel -> instant at which its bucket is full again (generic cell rate algorithm). */
  const fullAt = new Map<string, number>();

  function forgetIdle(now: number): void {
    for (const [channel, at] of fullAt) if (at <= now) fullAt.delete(channel);
  }

  return {
    take(channel) {
      const now = clock.now().getTime();
      forgetIdle(now);
      const next = Math.max(fullAt.get(channel) ?? now, now) + INTERVAL_MS;
      const earlyMs = next - now - BURST * INTERVAL_MS;
      if (earlyMs > 0) throw new SurfaceRateLimited(earlyMs);
      fullAt.set(channel, next);
    },
  };
}
