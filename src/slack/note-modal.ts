// The window in which a note is written. It carries the incident's id and the channel; what becomes of the note is
// `interactions.ts`.

import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Language } from '../incidents/intent.ts';
import { plain } from '../messages/fragment.ts';
import { buttons } from '../messages/interface.ts';
import { notice } from '../messages/notices.ts';

export const NOTE_VIEW = 'note';
/** Where Slack shows what is wrong with the text. */
export const NOTE_BLOCK = 'note';
const NOTE_INPUT = 'text';

// A thread's message stays readable; Slack itself would take 3,000.
const NOTE_LIMIT = 1500;

export const NoteCarried = z.object({ incident: z.string(), channel: z.string() });
export type NoteCarried = z.output<typeof NoteCarried>;

export const noteModal = (carried: NoteCarried, language: Language): ModalView => ({
  type: 'modal',
  callback_id: NOTE_VIEW,
  private_metadata: JSON.stringify(carried),
  title: { type: 'plain_text', text: buttons.noteTitle[language] },
  submit: { type: 'plain_text', text: buttons.save[language] },
  close: { type: 'plain_text', text: buttons.cancel[language] },
  blocks: [
    {
      type: 'input',
      block_id: NOTE_BLOCK,
      label: { type: 'plain_text', text: plain(notice('noteLabel', language, carried.incident)) },
      element: { type: 'plain_text_input', action_id: NOTE_INPUT, multiline: true, max_length: NOTE_LIMIT },
    },
  ],
});

/** The text that was written; empty when there is none. */
export const noteText = (values: Record<string, Record<string, { value?: string | null }>>): string =>
  (values[NOTE_BLOCK]?.[NOTE_INPUT]?.value ?? '').trim();
