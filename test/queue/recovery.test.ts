// What breaks in the middle of a diagnosis ends in exactly one answer: a killed worker, a restarted Redis, no worker.

import { expect, onTestFinished, test } from 'vitest';
import { startKillableWorker } from '../support/killable-worker.ts';
import type { RecordingSurface } from '../support/recording-surface.ts';
import { startPrivateRedis } from '../support/redis.ts';
import { command, newSurroundings, startBot, startWorker } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';

test('a worker killed in the middle is replaced, and the thread gets one answer', async () => {
  const surroundings = newSurroundings();
  const { service, surface } = await startBot(surroundings);
  const doomed = await startKillableWorker('hang', surroundings);
  await service.request(command());
  await doomed.diagnosing();

  await doomed.kill();
  await startKillableWorker('root-cause', surroundings);

  await eventually(() => surface.drawn.some(({ diagnosis }) => diagnosis));
  expect(answersOf(surface)).toHaveLength(1);
  expect(surface.drawn.at(-1)).toMatchObject({ state: 'open', diagnosis: { playbook: 'dns' } });
});

test('a worker that shuts down in the middle hands its job back at once', async () => {
  const surroundings = newSurroundings();
  const first = await startWorker(surroundings);
  const { service, surface } = await startBot(surroundings);
  await service.request(command());
  await first.run(0);

  const second = await startWorker(surroundings);
  await first.app.stop();
  (await second.run(0)).finish();

  await eventually(() => surface.drawn.some(({ diagnosis }) => diagnosis));
  expect(surface.drawn.filter(({ failure }) => failure)).toEqual([]);
  expect(answersOf(surface)).toHaveLength(1);
});

test('a Redis restarted with its data in the middle delays the answer and loses nothing', async () => {
  const redis = await startPrivateRedis({ appendOnly: true });
  onTestFinished(() => redis.stop());
  const surroundings = newSurroundings(redis.url);
  const worker = await startWorker(surroundings);
  const { service, surface } = await startBot(surroundings);
  await service.request(command());
  const run = await worker.run(0);
  run.progress(1);

  await redis.restart();
  await eventually(() => {
    for (const started of worker.runs) started.finish();
    return surface.drawn.some(({ diagnosis }) => diagnosis);
  });

  expect(answersOf(surface)).toHaveLength(1);
  const next = await eventually(async () => {
    const reply = await service.request(command());
    return reply.kind === 'refused' ? undefined : reply;
  });
  expect(next.kind).toBe('rechecking');
});

test('when no worker comes back the thread says so after a bounded time', async () => {
  const surroundings = newSurroundings();
  const { service, surface } = await startBot(surroundings, {
    watchdog: { noWorkerMs: 1500 },
  });
  const doomed = await startKillableWorker('hang', surroundings);
  await service.request(command());
  await doomed.diagnosing();

  await doomed.kill();

  const last = await eventually(() => surface.drawn.findLast(({ failure }) => failure));
  expect(last).toMatchObject({ state: 'open', failure: { kind: 'no-worker' } });
});

test('a diagnosis that was never queued is queued by the watchdog of the next bot', async () => {
  const surroundings = newSurroundings();
  const worker = await startWorker(surroundings);
  const first = await startBot(surroundings, { schedule: { intervalMs: 60_000 } });
  const reply = await first.service.request(command());
  if (reply.kind !== 'opened') throw new Error(reply.kind);
  (await worker.run(0)).finish('root-cause');
  await eventually(async () => (await first.store.load(reply.incident.id))?.diagnosis);
  await first.app.stop();
  const second = await startBot(surroundings);
  // As if the bot had died between storing the request and queueing it.
  await second.store.apply(reply.incident.id, {
    kind: 'diagnosis-requested',
    request: { ...reply.incident.request, id: 'd-never-queued' },
    at: new Date().toISOString(),
  });

  const run = await worker.run(1);

  expect(run.request.id).toBe('d-never-queued');
});

/** Ids of the replies that hold a verdict: one each diagnosis, however often it was drawn. */
const answersOf = (surface: RecordingSurface): unknown[] => [
  ...new Set(surface.drawn.flatMap(({ diagnosis, thread }) => (diagnosis ? [thread.replyTs ?? 'new'] : []))),
];
