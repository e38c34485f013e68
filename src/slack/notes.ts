// The entrance for notes: opens the window in which one is written, and takes what was written. Slack waits three
// seconds for the answer to the window, so that a refusal can be shown in it.

import type { App } from '@slack/bolt';
import { notice } from '../messages/notices.ts';
import type { Conversation, Visit } from './conversation.ts';
import { NOTE_BLOCK, NOTE_VIEW, NoteCarried, noteModal, noteText } from './note-modal.ts';

/** Opens the window for that incident; the trigger of a click is good for three seconds. */
export type OpenNote = (visit: Visit, incident: string, triggerId: string) => Promise<void>;

export function registerNotes(app: App, conversation: Conversation): OpenNote {
  app.view(NOTE_VIEW, async ({ ack, body, view }) => {
    const carried = NoteCarried.parse(JSON.parse(view.private_metadata));
    const text = noteText(view.state.values);
    const visit: Visit = {
      user: body.user.id,
      channel: carried.channel,
      requestKey: `note:${view.id}`,
      // Only said when something is wrong: the thread shows the note itself.
      async answer({ text: problem }) {
        if (!answered) await ack({ response_action: 'errors', errors: { [NOTE_BLOCK]: problem } });
        answered = true;
      },
    };
    let answered = false;
    await conversation.attend(visit, async (language) =>
      text === ''
        ? [notice('noteEmpty', language)]
        : conversation.act(visit, { verb: 'note', incident: carried.incident, text }, language),
    );
    if (!answered) await ack();
  });

  return (visit, incident, triggerId) =>
    conversation.attend(visit, async (language) => {
      const view = noteModal({ incident, channel: visit.channel }, language);
      await app.client.views.open({ trigger_id: triggerId, view });
      return [];
    });
}
