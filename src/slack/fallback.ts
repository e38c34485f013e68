// When a channel takes no messages, the person who asked is told all the same: through the response URL of the
// command while it lives, which needs no membership, else by a direct message.

import type { WebClient } from '@slack/web-api';
import type { Language } from '../incidents/intent.ts';
import { notice } from '../messages/notices.ts';
import type { Visit } from './conversation.ts';
import type { Logger } from './logger.ts';
import { linesMessage } from './messages.ts';

// Slack's own limit for a response URL.
const RESPONSE_URL_LIVES_MS = 30 * 60_000;
const CLOSED_CHANNEL = new Set(['is_archived', 'is_inactive']);

/** Whose message has nowhere to go. */
export interface Addressee {
  /** Of the incident or the check. */
  id: string;
  /** User id; absent: nobody asked. */
  person?: string;
  language: Language;
}

export interface Fallback {
  /** Keeps the way back to whoever opened the incident. */
  remember(incidentId: string, visit: Visit): void;
  tell(addressee: Addressee, reason: string): Promise<void>;
}

export function createFallback(client: WebClient, clock: { now(): Date }, logger: Logger): Fallback {
  const visits = new Map<string, { visit: Visit; until: number }>();

  function forgetExpired(): void {
    const now = clock.now().getTime();
    for (const [id, { until }] of visits) if (until <= now) visits.delete(id);
  }

  return {
    remember(incidentId, visit) {
      forgetExpired();
      visits.set(incidentId, { visit, until: clock.now().getTime() + RESPONSE_URL_LIVES_MS });
    },

    async tell({ id, person, language }, reason) {
      forgetExpired();
      const kind = CLOSED_CHANNEL.has(reason) ? 'archived' : 'cannotPost';
      const message = linesMessage([notice(kind, language, reason)]);
      const known = visits.get(id);
      visits.delete(id);
      try {
        if (known) await known.visit.answer(message);
        else if (person !== undefined) await client.chat.postMessage({ channel: person, ...message });
      } catch (error) {
        logger.warn({ err: error, id, reason }, 'Nobody could be told of an unreachable channel');
      }
    },
  };
}
