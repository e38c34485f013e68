// A bot that is killed anywhere on the way of an alert: the next one ends the work, and there is one thread, no alert too
// few, and a clock that goes on. The bot is the real one, in a process of its own; what it says to Redis is watched.

import { expect, inject, onTestFinished, test } from 'vitest';
import { alertSettings, ended, openAlertBox, podAlert } from '../support/alerted-app.ts';
import { startCrossing } from '../support/crossing.ts';
import { startProgram } from '../support/program.ts';
import { CLUSTER, newSurroundings, startWorker } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';
import { startSlackWorkspace, TOKENS } from '../support/slack-workspace/workspace.ts';

const CHANNEL = 'C0INCIDENTS';

const steps = {
  'looks into the backlog': /alert-backlog\r\n\$1\r\n0\r\n/,
  'opens the incident': /id-taken/,
  'queues the diagnosis': /:diagnose-prod-eu:/,
  'enters the alerts': /'joined', 1/,
  'writes the tally': /~= ARGV\[2\] then return 0/,
  'has the incident drawn': /:surface:.*"incidentId"/s,
  'settles the batch': /'LTRIM'/,
};

async function startSurroundings() {
  const { redisUrl, prefix } = newSurroundings();
  const { hostname: host, port } = new URL(inject('redisUrl'));
  const crossing = await startCrossing({ host, port: Number(port) });
  const workspace = await startSlackWorkspace();
  onTestFinished(() => workspace.stop());
  const environment = {
    ...alertSettings,
    ALERT_CHANNEL: CHANNEL,
    REDIS_PREFIX: prefix,
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    SLACK_APP_TOKEN: TOKENS.app,
  };
  return {
    worker: await startWorker({ redisUrl, prefix }),
    crossing,
    box: openAlertBox({ redisUrl, prefix }),
    roots: () => workspace.messagesIn(CHANNEL).filter(({ threadTs }) => threadTs === undefined),
    async startBot(url: string) {
      const bot = await startProgram('bot-process.ts', { ...environment, REDIS_URL: url });
      onTestFinished(bot.end);
      return bot;
    },
    watchedUrl: `redis://127.0.0.1:${crossing.port}`,
    redisUrl,
  };
}

const kills = Object.entries(steps).flatMap(([step, words]) =>
  (['before', 'after'] as const).map((when) => [when, step, words] as const),
);

test.each(kills)(
  'killed %s it %s, the next bot ends the work in one thread',
  { timeout: 60_000 },
  async (when, _step, words) => {
    const { worker, crossing, box, roots, startBot, watchedUrl, redisUrl } = await startSurroundings();
    const doomed = await startBot(watchedUrl);
    crossing.watch({ words, when, seen: doomed.kill });
    const alerts = ['a', 'b'].map((name) => podAlert(name, { groupKey: 'g', cluster: CLUSTER }));

    await box.receive(...alerts);
    await doomed.gone;
    await startBot(redisUrl);
    await box.receive(...alerts);
    (await worker.run(0)).finish('root-cause');

    await box.settled();
    const counts = await box.backlog.counts();
    expect(counts).toMatchObject({ received: 4, waiting: 0 });
    expect(counts.opened + counts.joined + counts.repeated).toBe(4);
    await eventually(() => /\+1 more/.test(roots()[0]?.text ?? ''));
    expect(roots()).toHaveLength(1);
    expect(roots()[0]?.text).toContain('respond within');
    expect(worker.runs.map(({ request }) => request.id)).toEqual([worker.runs[0]?.request.id]);
  },
);

test('killed while it posts, the next bot finds its message', { timeout: 60_000 }, async () => {
  const { worker, crossing, box, roots, startBot, watchedUrl, redisUrl } = await startSurroundings();
  const doomed = await startBot(watchedUrl);
  // What it posted is in Slack; that it did is not in Redis yet.
  crossing.watch({ words: /"rootTs"/, when: 'before', seen: doomed.kill });

  await box.receive(podAlert('a', { cluster: CLUSTER }));
  await doomed.gone;
  expect(roots()).toHaveLength(1);
  await startBot(redisUrl);
  (await worker.run(0)).finish('root-cause');
  await box.receive(ended(podAlert('a', { cluster: CLUSTER })));
  (await worker.run(1)).finish('cleared');

  await eventually(() => /closed/.test(roots()[0]?.text ?? ''));
  expect(roots()).toHaveLength(1);
});
