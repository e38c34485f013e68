// A window in which one text is written, and the answer to it. Slack waits three seconds for that answer, so that a refusal can
// be shown in the window. What is asked, and what becomes of the text, is for others.

import type { AckFn, ViewResponseAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Language } from '../incidents/intent.ts';
import type { Line } from '../messages/fragment.ts';
import { buttons } from '../messages/interface.ts';
import type { Conversation, Visit } from './conversation.ts';

const BLOCK = 'text';
const INPUT = 'text';

export interface TextWindow {
  /** Under this id it comes back. */
  id: string;
  /** At most 24 characters. */
  title: string;
  submit: string;
  label: string;
  maxLength: number;
  /** Comes back as it is. */
  carried: unknown;
}

export const textWindow = (
  { id, title, submit, label, maxLength, carried }: TextWindow,
  language: Language,
): ModalView => ({
  type: 'modal',
  callback_id: id,
  private_metadata: JSON.stringify(carried),
  title: { type: 'plain_text', text: title },
  submit: { type: 'plain_text', text: submit },
  close: { type: 'plain_text', text: buttons.cancel[language] },
  blocks: [
    {
      type: 'input',
      block_id: BLOCK,
      label: { type: 'plain_text', text: label },
      element: { type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: maxLength },
    },
  ],
});

/** The text that was written; empty when there is none. */
export const writtenText = (values: Record<string, Record<string, { value?: string | null }>>): string =>
  (values[BLOCK]?.[INPUT]?.value ?? '').trim();

/** Closes the window when the work has nothing to say; else its lines are shown in it, and it stays. */
export async function answerWindow(
  ack: AckFn<ViewResponseAction>,
  visit: Omit<Visit, 'answer'>,
  conversation: Conversation,
  work: (visit: Visit, language: Language) => Promise<Line[]>,
): Promise<void> {
  let isAnswered = false;
  const shown: Visit = {
    ...visit,
    async answer({ text }) {
      if (!isAnswered) await ack({ response_action: 'errors', errors: { [BLOCK]: text } });
      isAnswered = true;
    },
  };
  await conversation.attend(shown, (language) => work(shown, language));
  if (!isAnswered) await ack();
}
