// The window in which whoever approves says why, when a reason is required. It carries what the pressed button carried.

import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Language } from '../incidents/intent.ts';
import { fixButtonLabels } from '../messages/fixes.ts';
import { buttons } from '../messages/interface.ts';

export const REASON_VIEW = 'approval-reason';
/** Where Slack shows what is wrong. */
export const REASON_BLOCK = 'reason';
const REASON_INPUT = 'text';
const REASON_LIMIT = 500;

export const ReasonCarried = z.object({ channel: z.string(), button: z.string() });
export type ReasonCarried = z.output<typeof ReasonCarried>;

export const reasonWindow = (carried: ReasonCarried, language: Language): ModalView => ({
  type: 'modal',
  callback_id: REASON_VIEW,
  private_metadata: JSON.stringify(carried),
  title: { type: 'plain_text', text: fixButtonLabels.reasonTitle[language] },
  submit: { type: 'plain_text', text: fixButtonLabels.approve[language] },
  close: { type: 'plain_text', text: buttons.cancel[language] },
  blocks: [
    {
      type: 'input',
      block_id: REASON_BLOCK,
      label: { type: 'plain_text', text: fixButtonLabels.reason[language] },
      element: {
        type: 'plain_text_input',
        action_id: REASON_INPUT,
        multiline: true,
        max_length: REASON_LIMIT,
      },
    },
  ],
});

/** Empty when none was written. */
export const reasonText = (values: Record<string, Record<string, { value?: string | null }>>): string =>
  (values[REASON_BLOCK]?.[REASON_INPUT]?.value ?? '').trim();
