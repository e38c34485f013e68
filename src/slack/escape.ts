// For texts that Slack parses (mrkdwn, notifications): no mention, no link, no code fence of a foreign text survives.
// Rich text is not parsed and needs `visible` only.

import { visible } from '../messages/visible.ts';

/** The three replacements that Slack asks for: https://docs.slack.dev/messaging/formatting-message-text */
export const escaped = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/`{2,}/g, (run) => [...run].join('\u200b'));
