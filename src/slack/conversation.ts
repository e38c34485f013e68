// One request of a person, from whichever entrance, and its answer: parse, ask the service, say what came of it.
// The entrances (slash command, mention, button) differ only in how an answer is sent.

import { randomUUID } from 'node:crypto';
import { parse } from '../incidents/grammar.ts';
import type { IncidentIntent, Language } from '../incidents/intent.ts';
import { StoreUnavailable } from '../incidents/ports.ts';
import type { IncidentService, Reply } from '../incidents/service.ts';
import { auditFileName } from '../messages/audit.ts';
import type { Line } from '../messages/fragment.ts';
import { notice } from '../messages/notices.ts';
import { grammarRefusal } from '../messages/refusals.ts';
import { replyLines } from '../messages/replies.ts';
import { reportCsv, reportFileName } from '../messages/report.ts';
import { toCsv, toJsonLines } from '../remediation/audit.ts';
import { refusalWord } from './failures.ts';
import type { LanguageChoice } from './language.ts';
import type { Logger } from './logger.ts';
import { linesMessage, type SlackMessage } from './messages.ts';

export interface Visit {
  user: string;
  channel: string;
  /** Root of the thread in which it was said or pressed; absent outside of threads. */
  threadTs?: string;
  /** Equal keys are one request, however often Slack delivers it. */
  requestKey: string;
  /** Shows a message to that person only; rejects when Slack refuses it. */
  answer(message: SlackMessage): Promise<unknown>;
}

export interface Conversation {
  /** Does what the words ask for. */
  command(visit: Visit, words: string): Promise<void>;
  /** Does what a button of an incident asks for; when it is done, the incident's own messages show it. */
  act(visit: Visit, intent: IncidentIntent, language: Language): Promise<Line[]>;
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
  /** Puts a file where the words were said. Rejects with Slack's refusal. */
  attach(visit: Visit, filename: string, content: string): Promise<void>;
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
      if (error instanceof StoreUnavailable) return send(visit, [notice('storeUnavailable', language)]);
      const reference = randomUUID().slice(0, 8);
      logger.error({ err: error, reference, channel: visit.channel }, 'Request failed');
      await send(visit, [notice('internal', language, reference)]);
    } finally {
      clearTimeout(slow);
    }
  }

  async function attached(visit: Visit, files: NamedFile[], language: Language): Promise<Line[]> {
    for (const { name, content } of files) {
      try {
        await parts.attach(visit, name, content);
      } catch (error) {
        logger.warn({ err: error, channel: visit.channel }, 'File not uploaded');
        return [notice('fileFailed', language, name, refusalWord(error))];
      }
    }
    return [];
  }

  const commandOf = ({ user, channel, threadTs, requestKey }: Visit, language: Language) => ({
    ...{ by: user, channel, language, requestKey },
    ...(threadTs !== undefined && { threadTs }),
  });

  function lines(reply: Reply, language: Language): Line[] {
    return replyLines(reply, { command: commandName, playbooks, language, nowMs: clock.now().getTime() });
  }

  return {
    attend,

    command: (visit, words) =>
      attend(visit, async (language) => {
        const parsed = parse(words);
        if (!parsed.ok) return grammarRefusal(parsed.refusal, commandName, language);
        const reply = await service.request({ ...commandOf(visit, language), intent: parsed.intent });
        if (reply.kind === 'opened') parts.onOpened(reply.incident.id, visit);
        return [...lines(reply, language), ...(await attached(visit, filesOf(reply), language))];
      }),

    async act(visit, intent, language) {
      const reply = await service.request({ ...commandOf(visit, language), intent });
      return reply.kind === 'acted' ? [] : lines(reply, language);
    },

    recheck: (visit, incidentId) =>
      attend(visit, async (language) => {
        const reply = await service.recheck(incidentId, commandOf(visit, language));
        // The thread in which the button was pressed shows it.
        return reply.kind === 'rechecking' ? [] : lines(reply, language);
      }),
  };
}

interface NamedFile {
  name: string;
  content: string;
}

function filesOf(reply: Reply): NamedFile[] {
  if (reply.kind === 'report' && reply.report.incidents.length > 0)
    return [{ name: reportFileName(reply.report), content: reportCsv(reply.report) }];
  if (reply.kind === 'audit' && reply.lines.length > 0)
    return [
      { name: auditFileName(reply, 'jsonl'), content: toJsonLines(reply.lines) },
      { name: auditFileName(reply, 'csv'), content: toCsv(reply.lines) },
    ];
  return [];
}
