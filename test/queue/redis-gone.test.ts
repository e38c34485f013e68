// Without Redis a command is refused with data that Slack can show, and works again as soon as Redis is back.

import { expect, onTestFinished, test } from 'vitest';
import { startPrivateRedis } from '../support/redis.ts';
import { command, newSurroundings, startBot, startWorker } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';

test('a command is refused while Redis is away, and taken when it is back', async () => {
  const redis = await startPrivateRedis({ appendOnly: true });
  onTestFinished(() => redis.stop());
  const surroundings = newSurroundings(redis.url);
  const worker = await startWorker(surroundings);
  const { service } = await startBot(surroundings);
  await redis.interrupt();

  const refused = await Promise.all([
    service.request(command()),
    service.request(command({ intent: { verb: 'status' } })),
    service.recheck('dns-7k2p', command()),
  ]);

  const refusal = { kind: 'refused', refusal: { kind: 'store-unavailable' } };
  expect(refused).toEqual([refusal, refusal, refusal]);

  await redis.restart();
  await eventually(async () => (await service.request(command())).kind !== 'refused');
  await worker.run(0);
});

test('a bot that starts without Redis answers, and says so', async () => {
  const redis = await startPrivateRedis();
  await redis.stop();
  const { service } = await startBot(newSurroundings(redis.url));

  const reply = await service.request(command());

  expect(reply).toEqual({ kind: 'refused', refusal: { kind: 'store-unavailable' } });
});
