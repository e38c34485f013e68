// One request of a person, from whichever entrance, and its answer: parse, ask the service, say what came of it.
// The entrances (slash command, mention, button) differ only in how an answer is sent.

import { randomUUID } from 'node:crypto';
import { parse } from '../incidents/grammar.ts';
import type { Language } from '../incidents/intent.ts';
import type { IncidentService, Reply } from '../incidents/service.ts';
import type { Line } from '../messages/fragment.ts';
import { notice } from '../messages/notices.ts';
import { grammarRefusal } from '../messages/refusals.ts';
import { replyLines } from '../messages/replies.ts';
import type { LanguageChoice } from './language.ts';
import type { Logger } from './logger.ts';
import { linesMessage, type SlackMessage } from './messages.ts';

export interface Visit {
  user: string;
  channel: string;
  /** Equal keys are one request, however often Slack delivers it. */
  requestKey: string;
  /** Shows a message to that person only; rejects when Slack refuses it. */
  answer(message: SlackMessage): Promise<unknown>;
}

export interface Conversation {
  /** Does what the words ask for. */
  command(visit: Visit, words: string): Promise<void>;
  /** Diagnoses the incident's target again. */
  recheck(visit: Visit, incidentId: string): Promise<void>;
  /** Runs any work for a visit with the same care: late, failed or done, the person gets a sentence. */
  attend(visit: Visit, work: (language: Language) => Promise<Line[]>): Promise<void>;
}

export interface ConversationParts {
  service: IncidentService;
  languages: LanguageChoice;
  playbooks: string[];
  commandName: string;
  logger: Logger;
  clock: { now(): Date };
  /** How long a person waits before hearing that it takes longer. */
  slowAfterMs: number;
  /** A new incident: whoever renders it may have to answer this visit in another way. */
  onOpened(incidentId: string, visit: Visit): void;
}

export function createConversation(parts: ConversationParts): Conversation {
  const { service, languages, logger, clock, commandName, playbooks } = parts;

  async function send(visit: Visit, lines: Line[]): Promise<void> {
    if (lines.length === 0) return;
    const message = linesMessage(lines);
    try {
      // Once more at once: shown twice is better than silence, and only the asker sees it.
      await visit.answer(message).catch(() => visit.answer(message));
    } catch (error) {
      logger.warn({ err: error, channel: visit.channel }, 'Answer to a request could not be shown');
    }
  }

  async function attend(visit: Visit, work: (language: Language) => Promise<Line[]>): Promise<void> {
    const language = await languages.of(visit);
    const slow = setTimeout(() => void send(visit, [notice('slow', language)]), parts.slowAfterMs);
    try {
      await send(visit, await work(language));
    } catch (error) {
      const reference = randomUUID().slice(0, 8);
      logger.error({ err: error, reference, channel: visit.channel }, 'Request failed');
      await send(visit, [notice('internal', language, reference)]);
    } finally {
      clearTimeout(slow);
    }
  }

  function lines(reply: Reply, language: Language): Line[] {
    return replyLines(reply, { command: commandName, playbooks, language, nowMs: clock.now().getTime() });
  }

  return {
    attend,

    command: (visit, words) =>
      attend(visit, async (language) => {
        const parsed = parse(words);
        if (!parsed.ok) return grammarRefusal(parsed.refusal, commandName, language);
        const { user: by, channel, requestKey } = visit;
        const reply = await service.request({ intent: parsed.intent, by, channel, language, requestKey });
        if (reply.kind === 'opened') parts.onOpened(reply.incident.id, visit);
        return lines(reply, language);
      }),

    recheck: (visit, incidentId) =>
      attend(visit, async (language) => {
        const { user: by, channel, requestKey } = visit;
        const reply = await service.recheck(incidentId, { by, channel, language, requestKey });
        // The thread in which the button was pressed shows it.
        return reply.kind === 'rechecking' ? [] : lines(reply, language);
      }),
  };
}
