// A worker that is killed at any step of a diagnosis that an alert asked for, and a Redis that restarts: one answer in one
// thread, and the clock goes on. The worker is in a process of its own; what it says to Redis is watched.

import { expect, inject, onTestFinished, test } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { alertSettings, openAlertBox, podAlert } from '../support/alerted-app.ts';
import { startCrossing } from '../support/crossing.ts';
import { startKillableWorker } from '../support/killable-worker.ts';
import { startPrivateRedis } from '../support/redis.ts';
import { newSurroundings, startBot, startWorker } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';

const steps = {
  'reports progress': /"progress"/,
  'keeps the diagnosis': /:diagnosis:d-/,
  'ends the incident': /"causeSeen":true/,
  'has the incident drawn': /:surface:.*"incidentId"/s,
};

const kills = Object.entries(steps).flatMap(([step, words]) =>
  (['before', 'after'] as const).map((when) => [when, step, words] as const),
);

const replies = (drawn: Incident[]): Set<unknown> =>
  new Set(drawn.flatMap(({ diagnosis, thread }) => (diagnosis ? [thread.replyTs] : [])));

test.each(kills)('killed %s it %s, the next worker gives the answer', async (when, _step, words) => {
  const surroundings = newSurroundings();
  const { hostname: host, port } = new URL(inject('redisUrl'));
  const crossing = await startCrossing({ host, port: Number(port) });
  const { surface, store } = await startBot(surroundings, {}, alertSettings);
  const watched = { ...surroundings, redisUrl: `redis://127.0.0.1:${crossing.port}` };
  const doomed = await startKillableWorker('root-cause', watched);
  const killed = Promise.withResolvers<void>();
  crossing.watch({ words, when, seen: () => void doomed.kill().then(killed.resolve) });

  await openAlertBox(surroundings).receive(podAlert('a'));
  await killed.promise;
  await startKillableWorker('root-cause', surroundings);

  const last = await eventually(() => surface.drawn.findLast(({ diagnosis }) => diagnosis));
  expect(last).toMatchObject({ state: 'open', diagnosing: false, clock: { told: 0 } });
  expect(replies(surface.drawn).size).toBe(1);
  expect(await store.listOpen()).toHaveLength(1);
});

test('a Redis that restarts with its data between alert and verdict loses neither alert nor clock', async () => {
  const redis = await startPrivateRedis({ appendOnly: true });
  onTestFinished(() => redis.stop());
  const surroundings = newSurroundings(redis.url);
  const worker = await startWorker(surroundings);
  const { surface, store } = await startBot(surroundings, {}, alertSettings);
  const { receive, backlog } = openAlertBox(surroundings);
  await receive(podAlert('a', { groupKey: 'g' }));
  await worker.run(0);
  const before = await eventually(async () => (await store.listOpen())[0]);

  await redis.restart();
  await eventually(() =>
    receive(podAlert('b', { groupKey: 'g' })).then(
      () => true,
      () => false,
    ),
  );
  await eventually(() => {
    for (const run of worker.runs) run.finish('root-cause');
    return surface.drawn.some(({ diagnosis, alerts }) => diagnosis && alerts?.joined === 2);
  });

  const open = await store.listOpen();
  expect(open).toHaveLength(1);
  expect(open[0]?.clock).toEqual(before.clock);
  expect(await backlog.counts()).toMatchObject({ received: 2, waiting: 0, opened: 1, joined: 1 });
});
