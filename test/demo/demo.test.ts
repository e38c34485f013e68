// The demo as people start it: every recorded cluster ends in a verdict in the thread.

import { expect, test } from 'vitest';
import { createReplayDiagnose } from '../../src/diagnose.ts';
import { createReplayChecklist } from '../../src/run-checklist.ts';
import { readRecordedCheck } from '../support/recorded-check.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { CHANNEL, startDemo } from './demo.ts';
import { readScenarios, shownScenarios } from './scenarios.ts';

const scenarios = shownScenarios(readScenarios());

test.each(scenarios)('$name: the first line says what is so, the reply why', async ({ words, bundle }) => {
  await using demo = await startDemo({
    cluster: 'demo',
    diagnose: createReplayDiagnose(() => bundle),
    language: 'en',
    port: 0,
  });
  const thread = () => demo.workspace.messagesIn(CHANNEL);

  await demo.workspace.people.type({ user: 'U0ANNA', channel: CHANNEL }, `/cni diagnose ${words.join(' ')}`);
  await demo.workspace.until(() => wordsOfMessage(thread()[1]).includes('[Evidence]'));
  await demo.workspace.until(() => !wordsOfMessage(thread()[0]).startsWith('⏳'));

  const healthy = bundle.drill.injection.expect.outcome === 'cleared';
  expect(wordsOfMessage(thread()[0])).toMatch(healthy ? /^✅ / : /^🔴 P\d · /);
  expect(wordsOfMessage(thread()[1])).toMatch(healthy ? /^No network fault found\./ : /Cause \(proven\): /);
});

test.each([
  ['dns-healthy', '✅ DNS answers: fine'],
  ['dns-coredns-scaled-to-zero', '🔴 DNS answers: failed'],
])('%s: a check says so as well', async (drill, words) => {
  const { answers } = await readRecordedCheck(drill);
  await using demo = await startDemo({
    cluster: 'demo',
    diagnose: () => Promise.reject(new Error('nobody asks')),
    runChecklist: createReplayChecklist(async () => answers),
    language: 'en',
    port: 0,
  });
  const answer = () => wordsOfMessage(demo.workspace.messagesIn(CHANNEL)[0]);

  await demo.workspace.people.type({ user: 'U0ANNA', channel: CHANNEL }, '/cni check');
  await demo.workspace.until(() => answer() !== '');

  expect(answer()).toContain('Checklist of demo');
  expect(answer()).toContain(words);
});

test('a recorded cluster that answers no checks says so', async () => {
  await using demo = await startDemo({
    cluster: 'demo',
    diagnose: () => Promise.reject(new Error('nobody asks')),
    runChecklist: createReplayChecklist(async () => undefined),
    language: 'en',
    port: 0,
  });
  const answer = () => wordsOfMessage(demo.workspace.messagesIn(CHANNEL)[0]);

  await demo.workspace.people.type({ user: 'U0ANNA', channel: CHANNEL }, '/cni check');
  await demo.workspace.until(() => answer() !== '');

  expect(answer()).toContain('nothing was checked');
});
