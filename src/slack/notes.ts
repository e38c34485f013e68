// The entrance for notes: opens the window in which one is written, and takes what was written.

import type { App, ViewSubmitAction } from '@slack/bolt';
import { z } from 'zod';
import { plain } from '../messages/fragment.ts';
import { buttons } from '../messages/interface.ts';
import { notice } from '../messages/notices.ts';
import type { Conversation, Visit } from './conversation.ts';
import { answerWindow, textWindow, writtenText } from './text-window.ts';

const NOTE_VIEW = 'note';
// A thread's message stays readable; Slack itself would take 3,000.
const NOTE_LIMIT = 1500;

const Carried = z.object({ incident: z.string(), channel: z.string() });

/** Opens the window for that incident; the trigger of a click is good for three seconds. */
export type OpenNote = (visit: Visit, incident: string, triggerId: string) => Promise<void>;

export function registerNotes(app: App, conversation: Conversation): OpenNote {
  app.view<ViewSubmitAction>(NOTE_VIEW, async ({ ack, body, view }) => {
    const { incident, channel } = Carried.parse(JSON.parse(view.private_metadata));
    const text = writtenText(view.state.values);
    const writer = { user: body.user.id, channel, requestKey: `note:${view.id}` };
    await answerWindow(ack, writer, conversation, async (visit, language) =>
      text === ''
        ? [notice('noteEmpty', language)]
        : conversation.act(visit, { verb: 'note', incident, text }, language),
    );
  });

  return (visit, incident, triggerId) =>
    conversation.attend(visit, async (language) => {
      const view = textWindow(
        {
          ...{ id: NOTE_VIEW, maxLength: NOTE_LIMIT, carried: { incident, channel: visit.channel } },
          ...{ title: buttons.noteTitle[language], submit: buttons.save[language] },
          label: plain(notice('noteLabel', language, incident)),
        },
        language,
      );
      await app.client.views.open({ trigger_id: triggerId, view });
      return [];
    });
}
