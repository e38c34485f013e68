// Plays one conversation as a person would, and prints the thread when the verdict is there.

import type { Language } from '../../src/incidents/intent.ts';
import { stateSigns } from '../../src/messages/interface.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { APP, type Message } from '../support/slack-workspace/state.ts';
import type { SlackWorkspace } from '../support/slack-workspace/workspace.ts';
import { CHANNEL, type Demo } from './demo.ts';

const ASKER: Record<Language, string> = { en: 'U0ANNA', zh: 'U0LIWEI' };
const PATIENCE_MS = 90_000;

/** 0 when a verdict came, 1 when a refusal or nothing did. */
export async function playOnce({ workspace }: Demo, command: string, language: Language): Promise<number> {
  const user = ASKER[language];
  console.log(`#${nameOfChannel(workspace)}\n`);
  print(nameOf(workspace, user), command, '');
  await workspace.people.type({ user, channel: CHANNEL }, command);
  const gaveUp = Promise.withResolvers<void>();
  const timer = setTimeout(gaveUp.resolve, PATIENCE_MS);
  await Promise.race([
    workspace.until(
      () => (verdictOf(workspace) !== undefined && isRootDone(workspace)) || refused(workspace, user),
    ),
    gaveUp.promise,
  ]);
  clearTimeout(timer);

  const shown = [...workspace.messagesIn(CHANNEL), ...workspace.shownOnlyTo(user)];
  for (const message of shown)
    print(APP.name, wordsOfMessage(message), message.threadTs === undefined ? '' : '    ');
  return verdictOf(workspace) === undefined ? 1 : 0;
}

/** The reply in the thread that has buttons: progress has none. */
const verdictOf = (workspace: SlackWorkspace): Message | undefined =>
  workspace
    .messagesIn(CHANNEL)
    .find(
      (message) => message.threadTs !== undefined && message.blocks.some(({ type }) => type === 'actions'),
    );

/** The root message is edited after the verdict. */
const isRootDone = (workspace: SlackWorkspace): boolean =>
  !wordsOfMessage(workspace.messagesIn(CHANNEL)[0]).startsWith(stateSigns.diagnosing);

const refused = (workspace: SlackWorkspace, user: string): boolean => workspace.shownOnlyTo(user).length > 0;

function print(name: string, words: string, indent: string): void {
  const lines = [name, ...words.split('\n').map((line) => `  ${line}`)];
  console.log(`${lines.map((line) => indent + line).join('\n')}\n`);
}

const nameOf = (workspace: SlackWorkspace, id: string): string => workspace.state.people.get(id)?.name ?? id;
const nameOfChannel = (workspace: SlackWorkspace): string =>
  workspace.state.channels.get(CHANNEL)?.name ?? CHANNEL;
