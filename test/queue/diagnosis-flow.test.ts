// A command from the bot to a worker and back to the thread: single flight, joining, re-checks, the kill switch.

import { expect, test } from 'vitest';
import {
  command,
  diagnoseDns,
  newSurroundings,
  startBot,
  startBoth,
  startWorker,
} from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';

test('a command ends as a verdict in its thread', async () => {
  const { service, surface, worker } = await startBoth();

  const reply = await service.request(command());
  (await worker.run(0)).finish('root-cause');

  expect(reply).toMatchObject({ kind: 'opened', incident: { diagnosing: true, priority: 'P1' } });
  const last = await eventually(() => surface.drawn.findLast(({ diagnosis }) => diagnosis));
  expect(last).toMatchObject({ state: 'open', thread: { channel: 'C1' } });
  expect(last.diagnosis?.outcomes[0]?.outcome).toBe('root-cause');
});

test('a cleared diagnosis resolves its incident', async () => {
  const { service, store, worker } = await startBoth();
  const reply = await service.request(command());
  if (reply.kind !== 'opened') throw new Error(reply.kind);

  (await worker.run(0)).finish('cleared');

  await eventually(async () => (await store.load(reply.incident.id))?.state === 'resolved');
  expect(await store.listOpen()).toEqual([]);
});

test('fifty equal commands at once become one diagnosis', async () => {
  const { service, worker, surface } = await startBoth();

  const replies = await Promise.all(Array.from({ length: 50 }, () => service.request(command())));
  (await worker.run(0)).finish();
  await eventually(() => surface.drawn.some(({ diagnosis }) => diagnosis));

  const kinds = replies.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'opened')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'joined')).toHaveLength(49);
  expect(worker.runs).toHaveLength(1);
});

test('a command that Slack delivers twice is one incident', async () => {
  const { service, worker } = await startBoth();
  const same = command({ requestKey: 'trigger-1' });

  const first = await service.request(same);
  (await worker.run(0)).finish('cleared');
  const second = await service.request(same);

  expect(second.kind).toBe('opened');
  expect('incident' in second && second.incident.id).toBe('incident' in first && first.incident.id);
  expect(worker.runs).toHaveLength(1);
});

test('a command about an open incident checks again in the same thread', async () => {
  const { service, store, surface, worker } = await startBoth();
  const first = await service.request(command());
  if (first.kind !== 'opened') throw new Error(first.kind);
  (await worker.run(0)).finish('root-cause');
  await eventually(async () => (await store.load(first.incident.id))?.thread.replyTs);
  await eventually(async () => (await store.load(first.incident.id))?.state === 'open');

  const second = await service.request(command());
  (await worker.run(1)).finish('cleared');

  expect(second).toMatchObject({ kind: 'rechecking', incident: { id: first.incident.id } });
  const last = await eventually(() => surface.drawn.findLast(({ state }) => state === 'resolved'));
  expect(last.thread.rootTs).toBe(`root-${first.incident.id}`);
});

test('the re-check button starts one more diagnosis, however often it is pressed', async () => {
  const { service, store, worker } = await startBoth();
  const first = await service.request(command());
  if (first.kind !== 'opened') throw new Error(first.kind);
  (await worker.run(0)).finish('cleared');
  await eventually(async () => (await store.load(first.incident.id))?.state === 'resolved');

  const { intent: _, ...press } = command();
  const replies = await Promise.all(
    Array.from({ length: 5 }, (_, key) =>
      service.recheck(first.incident.id, { ...press, requestKey: `press-${key}` }),
    ),
  );
  await worker.run(1);

  expect(replies.map(({ kind }) => kind).toSorted()).toEqual([
    'joined',
    'joined',
    'joined',
    'joined',
    'rechecking',
  ]);
  expect(worker.runs).toHaveLength(2);
});

test('different targets are diagnosed side by side', async () => {
  const { service, worker } = await startBoth();
  const pod = { kind: 'pod' as const, pod: { namespace: 'shop', name: 'web' } };

  await service.request(command());
  await service.request(command({ intent: { ...diagnoseDns, target: pod } }));

  const runs = [await worker.run(0), await worker.run(1)];
  expect(new Set(runs.map(({ request }) => request.target.kind))).toEqual(new Set(['cluster', 'pod']));
});

test('a crash of the diagnosis is told as our error', async () => {
  const { service, surface, worker } = await startBoth();
  await service.request(command());

  (await worker.run(0)).crash(new TypeError('boom'));

  const last = await eventually(() => surface.drawn.findLast(({ failure }) => failure));
  expect(last.failure).toEqual({ kind: 'internal' });
});

test('a diagnosis that takes too long ends as timed out', async () => {
  const { service, surface } = await startBoth({ worker: { deadlineMs: 100, graceMs: 50 } });

  await service.request(command());

  const last = await eventually(() => surface.drawn.findLast(({ failure }) => failure));
  expect(last.failure).toEqual({ kind: 'timed-out' });
});

test('the kill switch aborts what runs and empties the queue', async () => {
  const surroundings = newSurroundings();
  const worker = await startWorker(surroundings);
  const { service, store, surface } = await startBot(surroundings);
  await service.request(command());
  const run = await worker.run(0);

  const reply = await service.request(command({ intent: { verb: 'stop' } }));

  expect(reply).toEqual({ kind: 'stopped', clusters: ['prod-eu'], diagnoses: 1 });
  await eventually(() => run.signal.aborted);
  const last = await eventually(() => surface.drawn.findLast(({ failure }) => failure));
  expect(last.failure).toEqual({ kind: 'stopped' });
  expect((await store.listOpen()).map(({ state }) => state)).toEqual(['open']);
});

test('status lists clusters with their work and the open incidents', async () => {
  const { service, worker } = await startBoth();
  await service.request(command());
  await worker.run(0);

  const status = await service.request(command({ intent: { verb: 'status' } }));

  expect(status).toMatchObject({
    kind: 'status',
    clusters: [
      {
        cluster: 'prod-eu',
        alive: true,
        workers: 1,
        playbooks: ['dns', 'pod', 'cross-node', 'mtu', 'cni-health', 'cluster'],
        queued: 0,
        running: 1,
      },
    ],
    open: [{ diagnosing: true }],
  });
});
