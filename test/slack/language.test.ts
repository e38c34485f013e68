// The channel's setting decides the language, else the person's Slack locale, else it is English.

import { expect, test } from 'vitest';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { type DeskOptions, startDesk } from './desk.ts';

const ENGLISH = 'I do not know the word';
const CHINESE = '无法识别';

async function answer(user: string, options: DeskOptions = {}) {
  const desk = await startDesk(options);
  await desk.workspace.people.type({ user, channel: 'C0INCIDENTS' }, '/cni nonsense');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo(user).length === 1);
  return { desk, said: wordsOfMessage(desk.workspace.shownOnlyTo(user)[0]) };
}

test.each([
  ["a person's own locale", 'U0LIWEI', {}, CHINESE],
  ["another person's own locale", 'U0ANNA', {}, ENGLISH],
  ["the channel's setting before the locale", 'U0LIWEI', { C0INCIDENTS: 'en' }, ENGLISH],
  ["the channel's setting", 'U0ANNA', { C0INCIDENTS: 'zh' }, CHINESE],
] as const)('%s decides', async (_, user, channelLanguages, expected) => {
  const { said } = await answer(user, { channelLanguages });

  expect(said).toContain(expected);
});

test('a person is asked about once', async () => {
  const { desk } = await answer('U0LIWEI');

  await desk.workspace.people.type({ user: 'U0LIWEI', channel: 'C0CHINA' }, '/cni nonsense');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0LIWEI').length === 2);

  expect(desk.workspace.calls.filter(({ method }) => method === 'users.info')).toHaveLength(1);
});

test('without an answer about the locale it is English', async () => {
  const desk = await startDesk();
  desk.workspace.faults.stage('users.info', { kind: 'http', status: 500 });

  await desk.workspace.people.type({ user: 'U0LIWEI', channel: 'C0INCIDENTS' }, '/cni nonsense');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0LIWEI').length === 1);

  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0LIWEI')[0])).toContain(ENGLISH);
});
