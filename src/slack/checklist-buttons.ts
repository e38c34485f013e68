// The button "I reviewed this" under a report of the checklist. What it carries is the id of the run, which is looked up.

import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { reviewLine } from '../messages/checklist-replies.ts';
import { REVIEWED } from './checklist-surface.ts';
import type { Conversation } from './conversation.ts';
import { visitOf } from './interactions.ts';

/** What the button needs of the checklist; false when the run that it stands under has expired. */
export interface PolicyReviews {
  review(run: string, by: string): Promise<boolean>;
}

export function registerChecklistButtons(app: App, conversation: Conversation, reviews: PolicyReviews): void {
  app.action<BlockAction<ButtonAction>>(
    { type: 'block_actions', action_id: REVIEWED },
    async ({ ack, body, action, respond }) => {
      await ack();
      const visit = visitOf(body, action.action_ts, respond);
      if (!visit) return;
      await conversation.attend(visit, async (language) => {
        const isReviewed = await reviews.review(action.value ?? '', visit.user);
        return [reviewLine(isReviewed ? 'reviewed' : 'expired', language)];
      });
    },
  );
}
