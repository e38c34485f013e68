// Renderings: always the last state, one at a time per incident, patient with a surface that fails.

import { expect, test } from 'vitest';
import { SurfaceRateLimited, SurfaceUnreachable } from '../../src/incidents/ports.ts';
import { command, startBot, startBoth } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';

test('progress that comes faster than it can be drawn is skipped, and the last state is drawn', async () => {
  const { service, surface, worker } = await startBoth();
  const gate = Promise.withResolvers<void>();
  surface.gate = gate.promise;
  await service.request(command());
  const run = await worker.run(0);

  for (let done = 1; done <= 100; done += 1) run.progress(done);
  run.finish('root-cause');
  await eventually(() => surface.mostAtOnce);
  gate.resolve();

  await eventually(() => surface.drawn.some(({ diagnosis }) => diagnosis));
  expect(surface.drawn.length).toBeLessThan(10);
  expect(surface.drawn.at(-1)?.state).toBe('open');
  expect(surface.mostAtOnce).toBe(1);
});

test('progress is drawn while the diagnosis runs', async () => {
  const { service, surface, worker } = await startBoth();
  await service.request(command());
  const run = await worker.run(0);

  run.progress(1);
  await eventually(() => surface.drawn.some(({ progress }) => progress?.done === 1));
  run.progress(2);
  await eventually(() => surface.drawn.some(({ progress }) => progress?.done === 2));
  run.finish();

  const last = await eventually(() => surface.drawn.findLast(({ diagnosis }) => diagnosis));
  expect(last.progress).toBeUndefined();
});

test('a rate limit is waited for and uses up no attempt', async () => {
  const { service, surface, worker } = await startBoth({
    rendering: { attempts: 1, backoffMs: 1, maxBackoffMs: 1 },
  });
  surface.failures.push(...Array.from({ length: 4 }, () => new SurfaceRateLimited(20)));

  await service.request(command());
  (await worker.run(0)).finish();

  const last = await eventually(() => surface.drawn.findLast(({ diagnosis }) => diagnosis));
  expect(last.state).toBe('open');
});

test('a failing surface is tried again', async () => {
  const { service, surface, worker } = await startBoth();
  surface.failures.push(new Error('502'), new Error('502'));

  await service.request(command());
  (await worker.run(0)).finish();

  await eventually(() => surface.drawn.findLast(({ diagnosis }) => diagnosis));
  expect(surface.failures).toEqual([]);
});

test('a channel that takes no messages is noted once and left alone until the next check', async () => {
  const { service, store, surface, worker } = await startBoth();
  surface.failures.push(new SurfaceUnreachable('is_archived'));
  const reply = await service.request(command());
  if (reply.kind !== 'opened') throw new Error(reply.kind);
  await eventually(async () => (await store.load(reply.incident.id))?.thread.unreachable === 'is_archived');
  (await worker.run(0)).finish('root-cause');
  await eventually(async () => (await store.load(reply.incident.id))?.diagnosis);
  expect(surface.drawn).toEqual([]);

  await service.request(command());
  (await worker.run(1)).finish('root-cause');

  const last = await eventually(() => surface.drawn.findLast(({ diagnosis }) => diagnosis));
  expect(last.thread.unreachable).toBeUndefined();
});

test('two bots never draw the same incident at the same time, so its root is posted once', async () => {
  const { surroundings, service, surface, worker } = await startBoth();
  const other = await startBot(surroundings);
  await service.request(command());
  const run = await worker.run(0);

  for (let done = 1; done <= 20; done += 1) {
    run.progress(done);
    await eventually(() =>
      [surface, other.surface].some(({ drawn }) => drawn.some(({ progress }) => progress?.done === done)),
    );
  }
  run.finish();
  const drawn = () => [...surface.drawn, ...other.surface.drawn];
  await eventually(() => drawn().some(({ diagnosis }) => diagnosis));

  expect(drawn().filter(({ thread }) => !thread.rootTs)).toHaveLength(1);
});
