// Audit and journals on a real Redis: one chain whoever writes, one execution at a time, taken up after a kill.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../src/ops/logger.ts';
import { createAuditLog } from '../../src/queue/audit-log.ts';
import { createExecutionStore } from '../../src/queue/execution-store.ts';
import { connectRedis, type RedisLink } from '../../src/queue/redis.ts';
import { type AuditEvent, CHAIN_START, chained, verifyChain } from '../../src/remediation/audit.ts';
import { benchFor } from '../support/approved-plans.ts';
import { eventually } from '../support/eventually.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { newSurroundings } from '../support/running-app.ts';

let link: RedisLink;
let other: RedisLink;

beforeEach(() => {
  const { redisUrl, prefix } = newSurroundings();
  const settings = { url: redisUrl, prefix };
  link = connectRedis(settings, 'working', createLogger('silent'));
  other = connectRedis(settings, 'working', createLogger('silent'));
});

afterEach(() => Promise.all([link.close(), other.close()]));

const event = (at: string): AuditEvent => ({
  ...{ at, who: 'bot', what: 'requested', cluster: 'prod-eu', incidentId: 'dns-7k2p' },
  ...{ remediation: 'restart-coredns', digest: '', result: '' },
});

test('lines that two processes append at once are one whole chain', async () => {
  const logs = [createAuditLog(link), createAuditLog(other)];

  await Promise.all(
    Array.from({ length: 60 }, (_, index) => logs[index % 2]?.append(event('2026-03-01T03:12:00.000Z'))),
  );

  const lines = await createAuditLog(link).read();
  expect(verifyChain(lines)).toMatchObject({ ok: true, lines: 60 });
});

test('lines of one process take turns, so that a crowd at its buttons needs no more than one try each', async () => {
  const log = createAuditLog(link);
  const tries = vi.spyOn(link.redis, 'eval');

  await Promise.all(Array.from({ length: 200 }, () => log.append(event('2026-03-01T03:12:00.000Z'))));

  expect(tries).toHaveBeenCalledTimes(200);
  expect(verifyChain(await log.read())).toMatchObject({ ok: true, lines: 200 });
});

test('a line that could not be taken holds up none of those after it', async () => {
  const log = createAuditLog(link);
  vi.spyOn(link.redis, 'eval').mockRejectedValueOnce(new Error('OOM'));

  const taken = await Promise.allSettled([1, 2].map(() => log.append(event('2026-03-01T03:12:00.000Z'))));

  expect(taken.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(await log.read()).toHaveLength(1);
});

test('a period is read without what was before and after it', async () => {
  const log = createAuditLog(link);
  for (const day of ['01', '02', '03']) await log.append(event(`2026-03-${day}T00:00:00.000Z`));

  const lines = await log.read({ from: '2026-03-02T00:00:00.000Z', to: '2026-03-03T00:00:00.000Z' });

  expect(lines.map(({ number }) => number)).toEqual([1]);
});

test('a period has no gap where two processes wrote out of order, so that it can be verified', async () => {
  const log = createAuditLog(link);
  for (const second of ['00', '02', '01', '03']) await log.append(event(`2026-03-01T00:00:${second}.000Z`));

  const lines = await log.read({ from: '2026-03-01T00:00:02.000Z' });

  expect(lines.map(({ number }) => number)).toEqual([1, 2, 3]);
});

test('what was appended long before a period is not even looked at', async () => {
  const log = createAuditLog(link);
  const old = chained(CHAIN_START, 0, event('2026-03-02T00:00:00.000Z'));
  await link.redis.xadd(`${link.prefix}:audit`, '1-0', 'line', JSON.stringify(old));
  await log.append(event('2026-03-02T00:00:00.000Z'));

  const lines = await log.read({ from: '2026-03-02T00:00:00.000Z' });

  expect(lines).toHaveLength(1);
});

const opening = { nonce: 'n-1', cluster: 'prod-eu', at: '2026-03-01T03:12:00.000Z' };

test('of two hundred beginnings at once one begins, and one cluster does not hold up another', async () => {
  const stores = [createExecutionStore(link), createExecutionStore(other)] as const;

  const begun = await Promise.all(
    Array.from({ length: 200 }, (_, index) => stores[index % 2 === 0 ? 0 : 1].begin(opening)),
  );
  const elsewhere = await stores[0].begin({ ...opening, nonce: 'n-2', cluster: 'prod-us' });

  expect(begun.filter(({ status }) => status === 'busy')).toHaveLength(199);
  expect(elsewhere.status).toBe('begun');
  for (const each of [...begun, elsewhere]) if (each.status !== 'busy') await each.release();
});

test('what was written down is there when the execution is taken up', async () => {
  const store = createExecutionStore(link);
  const first = await store.begin(opening);
  await store.append('n-1', { kind: 'step-intended', phase: 'do', step: 0, at: opening.at });
  if (first.status !== 'busy') await first.release();

  const again = await createExecutionStore(other).begin(opening);

  expect(again).toMatchObject({ status: 'resumed', journal: [{ kind: 'begun' }, { kind: 'step-intended' }] });
  if (again.status !== 'busy') await again.release();
});

test('the lease of a process that is gone ends by itself, and that of one that lives does not', async () => {
  const leaseMs = 150;
  const dying = await createExecutionStore(other, leaseMs).begin(opening);
  const living = await createExecutionStore(link, leaseMs).begin({ ...opening, cluster: 'prod-us' });
  if (dying.status === 'busy' || living.status === 'busy') throw new Error('nobody else is here');
  // Nothing of it reaches Redis any more.
  await other.close();

  const store = createExecutionStore(link, leaseMs);
  const taken = await eventually(async () => {
    const begun = await store.begin(opening);
    if (begun.status === 'busy') throw new Error('still held');
    return begun;
  });
  const held = await store.begin({ ...opening, cluster: 'prod-us' });

  expect([taken.status, held.status]).toEqual(['resumed', 'busy']);
  await Promise.all([taken.release(), living.release()]);
  await dying.release().catch(() => undefined);
});

test('of two hundred double clicks one execution happens', async () => {
  const bench = await benchFor(faultFor('restart-cni-agent'));
  const store = createExecutionStore(link);

  const ends = await Promise.all(Array.from({ length: 200 }, () => bench.run({ store })));

  expect(bench.cluster.changes).toHaveLength(1);
  expect(ends.filter(({ result, isRepeated }) => result.status === 'applied' && !isRepeated)).toHaveLength(1);
});
