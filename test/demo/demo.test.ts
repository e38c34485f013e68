// The demo as people start it: every recorded cluster ends in a verdict in the thread.

import { expect, test } from 'vitest';
import { createReplayDiagnose } from '../../src/diagnose.ts';
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
