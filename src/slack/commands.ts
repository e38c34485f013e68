// The entrances for words: the slash command, and mentions, which work inside threads where slash commands cannot.
// Slack is answered before anything else happens: it waits three seconds, and Redis may be down.

import type { App } from '@slack/bolt';
import type { Conversation } from './conversation.ts';

export function registerCommands(app: App, commandName: string, conversation: Conversation): void {
  app.command(commandName, async ({ ack, command, respond }) => {
    await ack();
    const visit = {
      user: command.user_id,
      channel: command.channel_id,
      requestKey: command.trigger_id,
      answer: (message: { text: string }) => respond({ ...message, response_type: 'ephemeral' }),
    };
    await conversation.command(visit, command.text);
  });

  // Bolt acknowledges events by itself before a listener runs.
  app.event('app_mention', async ({ event, body, client }) => {
    const { user, channel } = event;
    if (user === undefined) return;
    const thread = event.thread_ts === undefined ? {} : { thread_ts: event.thread_ts };
    const visit = {
      user,
      channel,
      ...(event.thread_ts !== undefined && { threadTs: event.thread_ts }),
      requestKey: body.event_id,
      answer: (message: { text: string }) =>
        client.chat.postEphemeral({ ...message, ...thread, channel, user }),
    };
    await conversation.command(visit, event.text);
  });
}
