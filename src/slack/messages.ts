// The two messages of an incident, whole, as Slack takes them: the root and the reply in its thread. Pure: equal
// states give equal messages, so posting again is an update and never a second message.

import type { KnownBlock } from '@slack/types';
import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import type { SpokenEntry } from '../incidents/journal.ts';
import type { Document } from '../messages/document.ts';
import { type Line, plain } from '../messages/fragment.ts';
import { buttons } from '../messages/interface.ts';
import { journalLine } from '../messages/journal.ts';
import { notice } from '../messages/notices.ts';
import { progressLine } from '../messages/progress.ts';
import { rootWords } from '../messages/root.ts';
import { failureDocument, verdictDocument } from '../messages/verdict.ts';
import { type ButtonSpec, buttonRow, documentBlocks, linesBlock } from './blocks.ts';
import { encodeButton } from './button-value.ts';
import { escaped } from './escape.ts';
import { fixButtons } from './fix-row.ts';
import { incidentActions } from './incident-actions.ts';
import { fitted, notification } from './limits.ts';

export interface SlackMessage {
  /** For notifications and screen readers; never parsed as markup. */
  text: string;
  blocks: KnownBlock[];
}

export interface ReplyMessage extends SlackMessage {
  /** Whether the reader misses something that the evidence file has. */
  abridged: boolean;
}

export function rootMessage(incident: Incident, nowMs: number): SlackMessage {
  const words = rootWords(incident, nowMs);
  const lines = [words.headline, words.status];
  return message(lines, [linesBlock(lines), ...incidentActions(incident)]);
}

/** `fixable`: whether fixes are offered under a verdict; default: they are not. */
export function replyMessage(incident: Incident, { fixable } = { fixable: false }): ReplyMessage {
  const { language } = incident;
  if (incident.diagnosing || (!incident.diagnosis && !incident.failure)) {
    const progress = progressLine(incident.progress, language);
    return { ...message([progress], [linesBlock([progress])]), abridged: false };
  }
  const document = incident.failure
    ? failureDocument(incident.failure, incident.request, language)
    : verdictDocument(incident.diagnosis as NonNullable<Incident['diagnosis']>, language);
  const fixes =
    fixable && incident.diagnosis && !incident.failure
      ? fixButtons(incident.diagnosis, incident.id, language)
      : [];
  return verdictMessage(document, incident, fixes);
}

/** What the thread is told beside the verdict, in one message. */
export const journalMessage = (entries: SpokenEntry[], language: Language): SlackMessage =>
  linesMessage(entries.map((entry) => journalLine(entry, language)));

/** Any answer that is no incident: refusals, help, status. */
export const linesMessage = (lines: Line[]): SlackMessage => message(lines, [linesBlock(lines)]);

function verdictMessage(document: Document, incident: Incident, fixes: ButtonSpec[]): ReplyMessage {
  const { language } = incident;
  const own = buttonsOf(incident);
  const row = incident.diagnosis ? [own.evidence, own.checkAgain, own.right, own.wrong] : [own.checkAgain];
  const rows = [...(fixes.length > 0 ? [buttonRow(fixes)] : []), buttonRow(row)];
  const { blocks, shortened } = fitted([...documentBlocks(document), ...rows]);
  const abridged = (document.abridged || shortened) && incident.diagnosis !== undefined;
  const note = abridged ? [fullTextNote(language)] : [];
  return {
    text: notification(escaped(firstText(document))),
    blocks: [...blocks.slice(0, -rows.length), ...note, ...blocks.slice(-rows.length)],
    abridged,
  };
}

function message(lines: Line[], blocks: KnownBlock[]): SlackMessage {
  const text = lines.map(plain).join('\n');
  return { text: notification(escaped(text)), blocks: fitted(blocks).blocks };
}

/** What a notification shows of it. */
export const firstText = ({ parts }: Document): string => {
  for (const part of parts) {
    if (part.kind === 'text') return plain(part.line);
    if (part.kind === 'list') return [plain(part.title), ...part.items.slice(0, 1).map(plain)].join(' ');
  }
  return '';
};

const fullTextNote = (language: Language): KnownBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text: plain(notice('fullText', language)), emoji: false }],
});

type VerdictButton = 'checkAgain' | 'evidence' | 'right' | 'wrong';

function buttonsOf(incident: Incident): Record<VerdictButton, ButtonSpec> {
  const { language } = incident;
  const value = encodeButton({ incidentId: incident.id, diagnosisId: incident.request.id });
  const spec = (action: string, key: VerdictButton): ButtonSpec => ({
    action,
    label: buttons[key][language],
    value,
  });
  return {
    checkAgain: spec('check-again', 'checkAgain'),
    evidence: spec('evidence', 'evidence'),
    right: spec('feedback-right', 'right'),
    wrong: spec('feedback-wrong', 'wrong'),
  };
}
