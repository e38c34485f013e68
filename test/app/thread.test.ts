// The whole way: a command typed in the stand-in workspace, the real Slack side, queue and worker, and what then stands
// in the thread. Whatever breaks on the way, there is one root message and one answer.

import { expect, onTestFinished, test } from 'vitest';
import { startKillableWorker } from '../support/killable-worker.ts';
import { startPrivateRedis } from '../support/redis.ts';
import { newSurroundings, type Surroundings, startTestApp, startWorker } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { type SlackWorkspace, startSlackWorkspace, TOKENS } from '../support/slack-workspace/workspace.ts';

const CHANNEL = 'C0INCIDENTS';
const anna = { user: 'U0ANNA', channel: CHANNEL };

async function startWorkspace(): Promise<SlackWorkspace> {
  const workspace = await startSlackWorkspace({ rateLimits: { channelBurst: 50 } });
  onTestFinished(() => workspace.stop());
  return workspace;
}

const startSlackBot = (surroundings: Surroundings, { apiUrl }: SlackWorkspace) =>
  startTestApp(
    'bot',
    surroundings,
    {},
    {
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: TOKENS.bot,
      SLACK_APP_TOKEN: TOKENS.app,
    },
  );

/** Waits for the verdict; the words of every message in the channel. */
async function finalThread(workspace: SlackWorkspace): Promise<string[]> {
  const words = () => workspace.messagesIn(CHANNEL).map((message) => wordsOfMessage(message));
  await eventually(() => words().length > 1 && words()[0]?.includes('✅'));
  return words();
}

test('a worker killed in the middle leaves one root and one answer in the thread', async () => {
  const surroundings = newSurroundings();
  const workspace = await startWorkspace();
  await startSlackBot(surroundings, workspace);
  const doomed = await startKillableWorker('hang', surroundings);
  await workspace.people.type(anna, '/cni diagnose dns');
  await doomed.diagnosing();

  await doomed.kill();
  await startKillableWorker('cleared', surroundings);

  expect(await finalThread(workspace)).toHaveLength(2);
});

test('a Redis restarted with its data leaves one root and one answer in the thread', async () => {
  const redis = await startPrivateRedis({ appendOnly: true });
  onTestFinished(() => redis.stop());
  const surroundings = newSurroundings(redis.url);
  const workspace = await startWorkspace();
  const worker = await startWorker(surroundings);
  await startSlackBot(surroundings, workspace);
  await workspace.people.type(anna, '/cni diagnose dns');
  await worker.run(0);

  await redis.restart();
  const thread = await eventually(async () => {
    for (const run of worker.runs) run.finish('cleared');
    return workspace.messagesIn(CHANNEL)[0]?.text.includes('✅') && finalThread(workspace);
  });

  expect(thread).toHaveLength(2);
});

test('a bot replaced in the middle goes on in the same thread', async () => {
  const surroundings = newSurroundings();
  const workspace = await startWorkspace();
  const worker = await startWorker(surroundings);
  const first = await startSlackBot(surroundings, workspace);
  await workspace.people.type(anna, '/cni diagnose dns');
  const run = await worker.run(0);
  await workspace.until(() => workspace.messagesIn(CHANNEL).length === 2);

  await first.stop();
  await startSlackBot(surroundings, workspace);
  run.finish('cleared');

  expect(await finalThread(workspace)).toHaveLength(2);
});
