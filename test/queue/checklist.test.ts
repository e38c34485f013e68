// The checklist between bot, Redis and worker: orders and their ends, what is remembered, what is told, and schedules.

import { Queue } from 'bullmq';
import { expect, onTestFinished, test } from 'vitest';
import {
  type ChecklistEnd,
  type ChecklistRun,
  checkItems,
  type RunChecklist,
} from '../../src/checklist/checklist.ts';
import type { Asker, ChecklistReport } from '../../src/checklist/ports.ts';
import { scheduleOf } from '../../src/checklist/schedule.ts';
import { createChecklistService } from '../../src/checklist/service.ts';
import { createChecklistTelling } from '../../src/checklist/telling.ts';
import { SurfaceRateLimited } from '../../src/incidents/ports.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { checkQueueName, createChecklistQueue } from '../../src/queue/checklist-queue.ts';
import { startChecklistReports } from '../../src/queue/checklist-reports.ts';
import { createChecklistStore } from '../../src/queue/checklist-store.ts';
import { startChecklistWorker } from '../../src/queue/checklist-worker.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { newSurroundings } from '../support/running-app.ts';
import { CHECKED_AT, sampleRun, sampleSnapshot } from '../support/sample-check.ts';
import { eventually } from '../support/scripted-diagnose.ts';

const CLUSTER = 'prod-eu';
const asked: Asker = { channel: 'C1', by: 'U1', language: 'en' };
const policy = { kind: 'policy', subject: 'shop/deny', value: 'sha256:1' } as const;

test('a check that a person asks for is answered with all its items', async () => {
  const { service, told } = await start();

  await service.check('c-1', CLUSTER, asked);

  const [report] = await eventually(() => (told.length > 0 ? told : undefined));
  expect(report).toMatchObject({ kind: 'answer', asked, run: { id: 'c-1', cluster: CLUSTER } });
  expect(report?.kind === 'answer' && report.run.results.map(({ item }) => item)).toEqual([...checkItems]);
});

test('a request that is delivered twice is one run', async () => {
  const { service, told, requests } = await start();

  await service.check('c-1', CLUSTER, asked);
  await service.check('c-1', CLUSTER, asked);
  await eventually(() => told.length > 0);
  await service.check('c-2', CLUSTER, asked);
  await eventually(() => told.length > 1);

  expect(requests.map(({ id }) => id)).toEqual(['c-1', 'c-2']);
});

test('the reason is told when the cluster cannot be asked', async () => {
  const failure = { kind: 'cluster-unreachable', detail: 'no route' } as const;
  const { service, told } = await start(async () => ({ ok: false, failure }));

  await service.check('c-1', CLUSTER, asked);

  await eventually(() => told.length > 0);
  expect(told).toEqual([{ kind: 'no-answer', id: 'c-1', cluster: CLUSTER, failure, asked }]);
});

test('a crash of ours is told as one', async () => {
  const { service, told } = await start(async () => {
    throw new TypeError('boom');
  });

  await service.check('c-1', CLUSTER, asked);

  await eventually(() => told.length > 0);
  expect(told).toMatchObject([{ kind: 'no-answer', failure: { kind: 'internal' } }]);
});

test('a scheduled run tells only what is another way than people know', async () => {
  const failing = { item: 'mesh', status: 'failed', at: CHECKED_AT, params: { more: 0 } } as const;
  const changes = [[], [failing], [failing], []];
  const { queue, store, told } = await start(async (request) => ({
    ok: true,
    run: sampleRun(request, [...(changes.shift() ?? [])]),
  }));

  for (const id of ['s-1', 's-2', 's-3', 's-4']) {
    await queue.submit({ request: { id, cluster: CLUSTER, items: ['mesh', 'drill'] } });
    await eventually(() => store.loadRun(id));
  }
  await eventually(() => told.length > 1);

  expect(told).toMatchObject([
    { kind: 'news', run: { id: 's-2' }, items: ['mesh'] },
    { kind: 'news', run: { id: 's-4' }, items: ['mesh'] },
  ]);
});

test('nothing is lost while the surface asks to wait', async () => {
  const { service, told } = await start(undefined, { refusals: 2 });

  await service.check('c-1', CLUSTER, asked);

  await eventually(() => told.length > 0);
  expect(told).toMatchObject([{ kind: 'answer', run: { id: 'c-1' } }]);
});

test('a run finds the samples of those before it, oldest first and each once', async () => {
  const { store } = await start();
  const sampled = (id: string, at: string): ChecklistRun =>
    sampleRun({ id, cluster: CLUSTER, items: ['pools'] }, [], {
      startedAt: at,
      poolSample: { at, nodes: { n1: { used: 5, capacity: 253 } } },
    });

  for (const hour of ['04', '05', '05']) await store.keep(sampled(`p-${hour}`, `2026-03-10T${hour}:00:00Z`));

  const { poolSamples } = await store.historyOf(CLUSTER);
  expect(poolSamples.map(({ at }) => at)).toEqual(['2026-03-10T04:00:00Z', '2026-03-10T05:00:00Z']);
});

test('the settings of the last healthy check are kept, and those of a failing one are not', async () => {
  const { store } = await start();
  const request = { cluster: CLUSTER, items: [...checkItems] };
  const failing = { item: 'dns', status: 'failed', at: CHECKED_AT, params: { more: 0 } } as const;
  const healthy = sampleSnapshot([policy]);

  await store.keep(sampleRun({ id: 'h-1', ...request }, [], { snapshot: healthy }));
  await store.keep(sampleRun({ id: 'h-2', ...request }, [failing], { snapshot: sampleSnapshot() }));

  expect((await store.historyOf(CLUSTER)).lastHealthy).toEqual(healthy);
});

test('a review covers the policies as the run saw them, and no other settings', async () => {
  const { store, service } = await start();
  const corefile = { kind: 'corefile', subject: 'kube-system/coredns Corefile', value: '.:53' } as const;
  await store.keep(
    sampleRun({ id: 'r-1', cluster: CLUSTER, items: ['policies'] }, [], {
      snapshot: sampleSnapshot([policy, corefile]),
    }),
  );

  const done = await service.review('r-1', 'U1');

  expect(done).toBe(true);
  expect((await store.historyOf(CLUSTER)).review).toEqual({
    at: CHECKED_AT,
    by: 'U1',
    snapshot: sampleSnapshot([policy]),
  });
});

test.each([
  ['is gone', 'r-9'],
  ['saw no policies', 'r-2'],
])('a run that %s cannot be reviewed', async (_why, id) => {
  const { store, service } = await start();
  await store.keep(sampleRun({ id: 'r-2', cluster: CLUSTER, items: ['dns'] }));

  const done = await service.review(id, 'U1');

  expect(done).toBe(false);
});

test('a rehearsal is remembered', async () => {
  const { store, service } = await start();

  await service.recordDrill(CLUSTER, 'U1', 'flannel stopped on n2', 'passed');

  expect((await store.historyOf(CLUSTER)).drill).toEqual({
    at: CHECKED_AT,
    by: 'U1',
    what: 'flannel stopped on n2',
    result: 'passed',
  });
});

test('the digest has the last result of every item', async () => {
  const { store, telling, told } = await start();
  await store.keep(sampleRun({ id: 'd-1', cluster: CLUSTER, items: ['mesh'] }));
  await store.keep(sampleRun({ id: 'd-2', cluster: CLUSTER, items: ['cni-health', 'pools'] }));

  await telling.digest(CLUSTER);

  expect(told).toMatchObject([
    { kind: 'digest', results: [{ item: 'cni-health' }, { item: 'pools' }, { item: 'mesh' }] },
  ]);
});

test('a cluster that has not been checked for a month has no digest', async () => {
  const { store, telling, told } = await start();
  const old = sampleRun({ id: 'd-1', cluster: CLUSTER, items: ['mesh'] });
  const results = old.results.map((result) => ({ ...result, at: '2026-02-01T06:00:00.000Z' }));
  await store.keep({ ...old, results });

  await telling.digest(CLUSTER);
  await telling.digest('never-checked');

  expect(told).toEqual([]);
});

test('each item has its own schedule, and loses it when it is taken out', async () => {
  const { queue, checks } = await start();
  const schedule = scheduleOf({ mesh: 45 });

  await queue.schedule(CLUSTER, schedule);
  await queue.schedule(CLUSTER, schedule);
  const all = await checks.getJobSchedulers();
  await queue.schedule(CLUSTER, scheduleOf({ mesh: 45, dns: 'off' }));
  const rest = await checks.getJobSchedulers();

  expect(all.map(({ key }) => key).toSorted()).toEqual([...checkItems].toSorted());
  expect(all.find(({ key }) => key === 'mesh')).toMatchObject({ every: 45 * 60_000 });
  expect(all.find(({ key }) => key === 'dns')).toMatchObject({ pattern: expect.any(String) });
  expect(rest.map(({ key }) => key)).not.toContain('dns');
});

test('checks that are switched off have no schedule at all', async () => {
  const { queue, checks } = await start();
  await queue.schedule(CLUSTER, scheduleOf({}));

  await queue.schedule(CLUSTER, scheduleOf('off'));

  expect(await checks.getJobSchedulers()).toEqual([]);
});

test('a schedule makes orders for its item', async () => {
  const { queue, requests } = await start();

  await queue.schedule(CLUSTER, { mesh: { pattern: '* * * * * *' } });

  await eventually(() => requests.length > 1);
  expect(requests[0]).toMatchObject({ cluster: CLUSTER, items: ['mesh'] });
  expect(requests[0]?.id).not.toBe(requests[1]?.id);
});

async function start(runChecklist?: RunChecklist, { refusals = 0 } = {}) {
  const { redisUrl, prefix } = newSurroundings();
  const logger = createLogger('silent');
  const link = connectRedis({ url: redisUrl, prefix }, 'working', logger);
  const store = createChecklistStore(link);
  const queue = createChecklistQueue(link, logger);
  const told: ChecklistReport[] = [];
  const requests: Parameters<RunChecklist>[0][] = [];
  let left = refusals;
  const service = createChecklistService({ store, queue, clock: { now: () => new Date(CHECKED_AT) } });
  const surface = {
    async tell(report: ChecklistReport) {
      if (left-- > 0) throw new SurfaceRateLimited(20);
      told.push(report);
    },
  };
  const telling = createChecklistTelling(store, surface, { now: () => new Date(CHECKED_AT) });
  const sample = async (request: Parameters<RunChecklist>[0]): Promise<ChecklistEnd> => ({
    ok: true,
    run: sampleRun(request),
  });
  const worker = await startChecklistWorker({
    link,
    cluster: CLUSTER,
    runChecklist: (request, ...rest) => {
      requests.push(request);
      return (runChecklist ?? sample)(request, ...rest);
    },
    store,
    reports: queue,
    timing: { lockMs: 10_000, stalledCheckMs: 5000, deadlineMs: 30_000 },
    logger,
  });
  const reports = startChecklistReports({ link, telling, logger });
  const checks = new Queue(checkQueueName(CLUSTER), { connection: link.redis, prefix });
  onTestFinished(async () => {
    await Promise.all([worker.close(), reports.close(), queue.close(), checks.close()]);
    await link.close();
  });
  return {
    store,
    queue,
    service,
    telling,
    told,
    checks,
    requests,
  };
}
