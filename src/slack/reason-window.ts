// The window in which whoever approves says why, when a reason is required. It carries what the pressed button carried.

import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Language } from '../incidents/intent.ts';
import { fixButtonLabels } from '../messages/fixes.ts';
import { textWindow } from './text-window.ts';

export const REASON_VIEW = 'approval-reason';
const REASON_LIMIT = 500;

export const ReasonCarried = z.object({ channel: z.string(), button: z.string() });
export type ReasonCarried = z.output<typeof ReasonCarried>;

export const reasonWindow = (carried: ReasonCarried, language: Language): ModalView =>
  textWindow(
    {
      ...{ id: REASON_VIEW, maxLength: REASON_LIMIT, carried },
      ...{ title: fixButtonLabels.reasonTitle[language], submit: fixButtonLabels.approve[language] },
      label: fixButtonLabels.reason[language],
    },
    language,
  );
