// Asks for rights one by one, where the API server does not list them all: a few at once, and none again before five minutes are over,
// since rights change rarely. What is to be asked, and what the answers mean, is `judge-rights.ts`.

import type { AskRight, SingleReply } from '../cluster/rights.ts';
import type { Right } from '../remediation/step-rights.ts';

export interface AnsweredRight {
  right: Right;
  reply: SingleReply;
}

/** One answer for each right, in their order. */
export type AskSingly = (
  rights: readonly Right[],
  ask: AskRight,
  signal: AbortSignal,
) => Promise<AnsweredRight[]>;

const AGAIN_AFTER_MS = 5 * 60_000;
const AT_ONCE = 4;

/** In one go; those after it ask for the rest. A worker needs some fifty. */
const MOST_ASKED = 100;

const notAsked: SingleReply = { status: 'unavailable', detail: '' };

/** Remembers every answer, also that there was none. */
export function createSingleRights(clock: { now(): Date }): AskSingly {
  const remembered = new Map<string, { reply: SingleReply; askedAtMs: number }>();
  const askedAtMs = (right: Right): number => remembered.get(keyOf(right))?.askedAtMs ?? 0;

  return async (rights, ask, signal) => {
    const nowMs = clock.now().getTime();
    const waiting = rights
      .filter((right) => nowMs - askedAtMs(right) >= AGAIN_AFTER_MS)
      .toSorted((a, b) => askedAtMs(a) - askedAtMs(b))
      .slice(0, MOST_ASKED);

    async function askOn(): Promise<void> {
      for (let right = waiting.shift(); right && !signal.aborted; right = waiting.shift()) {
        const reply = await ask(right, signal);
        // What was broken off is asked the next time.
        if (!signal.aborted) remembered.set(keyOf(right), { reply, askedAtMs: nowMs });
      }
    }

    await Promise.all(Array.from({ length: AT_ONCE }, askOn));
    return rights.map((right) => ({ right, reply: remembered.get(keyOf(right))?.reply ?? notAsked }));
  };
}

export const keyOf = (right: Right): string => JSON.stringify(right);
