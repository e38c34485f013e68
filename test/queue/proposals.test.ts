// Asking for a fix and deciding about it on a real Redis: whatever clicks come at once, one execution is handed on, and nothing
// that was altered in between counts.

import { type Job, Queue, Worker } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../src/ops/logger.ts';
import { createAuditLog } from '../../src/queue/audit-log.ts';
import {
  createProposalQueue,
  EXECUTION_TAKES,
  remediateQueueName,
  remediationStopChannel,
  remediationStopKey,
} from '../../src/queue/proposal-queue.ts';
import { createProposalStore } from '../../src/queue/proposal-store.ts';
import { connectRedis, type RedisLink } from '../../src/queue/redis.ts';
import { isApproved, isGenuine } from '../../src/remediation/approval.ts';
import type { Proposal, ProposalQueue } from '../../src/remediation/ports.ts';
import { createRemediationService, type RemediationService } from '../../src/remediation/service.ts';
import { keys, minutesLater, person, policy } from '../support/approved-plans.ts';
import { eventually } from '../support/eventually.ts';
import { diagnosisOf, plannedFor } from '../support/planned-remedies.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { CLUSTER, newSurroundings } from '../support/running-app.ts';

const ID = 'click:C0INC:171000.000100';
const fault = faultFor('restart-cni-agent');
const diagnosis = {
  ...diagnosisOf(fault),
  findings: [{ ...fault.finding, remediations: [fault.remediation] }],
};
const logger = createLogger('silent');

let link: RedisLink;
let queue: ReturnType<typeof createProposalQueue>;
let executions: Queue;

beforeEach(() => {
  const { redisUrl, prefix } = newSurroundings();
  link = connectRedis({ url: redisUrl, prefix }, 'working', logger);
  queue = createProposalQueue(link, logger);
  executions = new Queue(remediateQueueName(CLUSTER), { connection: link.redis, prefix });
});

afterEach(async () => {
  await Promise.all([queue.close(), executions.close()]);
  await link.close();
});

const serviceOn = (through: ProposalQueue = queue, minute = 1): RemediationService =>
  createRemediationService({
    ...{ store: createProposalStore(link, logger), queue: through, audit: createAuditLog(link) },
    ...{ policy, keys, clock: { now: () => new Date(minutesLater(minute)) } },
    hasWorker: async () => true,
    onApproved: async () => undefined,
  });

const propose = (service: RemediationService) =>
  service.propose({
    incident: { id: 'dns-7k2p', channel: 'C0INC', rootTs: '171000.000001' },
    diagnosis,
    ...{ finding: 0, remediation: fault.remediation, by: 'U-requester', language: 'en', requestKey: ID },
  });

async function planned(): Promise<{ nonce: string; digest: string }> {
  const service = serviceOn();
  await propose(service);
  await service.planned(ID, { kind: 'planned', plan: await plannedFor(fault) });
  const seen = await createProposalStore(link, logger).load(ID);
  const terms = seen?.proposal.request?.terms;
  if (!terms) throw new Error('there is no request');
  return terms;
}

const approving = ({ nonce, digest }: { nonce: string; digest: string }, by = 'U-lead') => ({
  ...{ kind: 'approve' as const, by: person(by), nonce, digest, reason: '' },
});

const recordKey = (): string => `${link.prefix}:proposal:${ID}`;

async function alter(change: (proposal: Proposal) => void): Promise<void> {
  const stored: Proposal = JSON.parse((await link.redis.hget(recordKey(), 'record')) ?? '');
  change(stored);
  await link.redis.hset(recordKey(), 'record', JSON.stringify(stored));
}

const auditedResults = async (): Promise<string[]> =>
  (await createAuditLog(link).read()).map(({ what, result }) => `${what} ${result}`.trim());

test('of two hundred approvals at once one is decided, and one execution is handed on', async () => {
  const button = await planned();
  const service = serviceOn();

  const replies = await Promise.all(Array.from({ length: 200 }, () => service.decide(ID, approving(button))));

  const refusals = replies.flatMap((reply) => (reply.kind === 'refused' ? [reply.refusal.kind] : []));
  expect(refusals).toHaveLength(199);
  expect(new Set(refusals)).toEqual(new Set(['already-decided']));
  const jobs = await executions.getJobs();
  expect(jobs).toHaveLength(1);
  const { approved } = jobs[0]?.data ?? {};
  expect([isGenuine(approved, keys.publicKey), isApproved(approved)]).toEqual([true, true]);
});

test('a fix that no worker planned in time can be asked for anew, and the plan of the first order comes too late', async () => {
  await propose(serviceOn());
  const later = serviceOn(queue, 5);

  const anew = await propose(later);
  await later.planned(ID, { kind: 'planned', plan: await plannedFor(fault) });

  const [first, second] = await Promise.all([later.look(ID), later.look(`${ID}-2`)]);
  expect(anew).toEqual({ kind: 'proposed' });
  expect(first?.proposal).toMatchObject({ end: { kind: 'failed', why: 'no-answer' } });
  expect(first?.proposal.request).toBeUndefined();
  expect(second?.proposal.end).toBeUndefined();
  expect(await auditedResults()).toEqual([
    'requested',
    'planned {"kind":"failed","why":"no-answer"}',
    'requested',
  ]);
});

test('an order in which somebody else was put for who asked is not signed', async () => {
  await propose(serviceOn());
  await alter((proposal) => {
    proposal.order.requestedBy = 'U-lead';
  });

  await serviceOn().planned(ID, { kind: 'planned', plan: await plannedFor(fault) });

  const seen = await serviceOn().look(ID);
  expect(seen?.proposal.end).toEqual({ kind: 'failed', why: 'internal' });
  expect(seen?.proposal.request).toBeUndefined();
});

test('a plan that comes late counts when nobody has asked anew', async () => {
  await propose(serviceOn());
  const later = serviceOn(queue, 5);

  await later.planned(ID, { kind: 'planned', plan: await plannedFor(fault) });

  expect((await later.look(ID))?.proposal.request?.state).toBe('waiting');
});

test('an execution that has ended is not queued again by a later click', async () => {
  const button = await planned();
  const service = serviceOn();
  await service.decide(ID, approving(button));
  let taken = 0;
  const options = { connection: link.redis, prefix: link.prefix };
  const remediator = new Worker(executions.name, async () => (taken += 1), options);
  await eventually(async () => expect(await executions.getCompletedCount()).toBe(1));

  await service.decide(ID, approving(button, 'U-second'));

  expect(await executions.getJobCounts('waiting', 'active', 'delayed')).toEqual({
    waiting: 0,
    active: 0,
    delayed: 0,
  });
  expect(taken).toBe(1);
  await remediator.close();
});

test('an execution whose remediator fails is taken again', async () => {
  const button = await planned();
  await serviceOn().decide(ID, approving(button));
  const takes: number[] = [];
  const options = { connection: link.redis, prefix: link.prefix };
  const fails = async (job: Job) => {
    takes.push(job.attemptsMade);
    if (takes.length === 1) throw new Error('killed');
  };
  const remediator = new Worker(executions.name, fails, options);

  await eventually(async () => expect(await executions.getCompletedCount()).toBe(1));

  expect(takes).toEqual([0, 1]);
  const [job] = await executions.getCompleted();
  expect(job?.opts.attempts).toBe(EXECUTION_TAKES);
  await remediator.close();
});

test('a remediator that listens hears what it has to stop', async () => {
  const button = await planned();
  const service = serviceOn();
  await service.decide(ID, approving(button));
  const listening = link.redis.duplicate();
  const heard: string[] = [];
  listening.on('message', (_channel, nonce) => heard.push(nonce));
  await listening.subscribe(remediationStopChannel(link.prefix, CLUSTER));

  await service.stop(ID, 'U-anybody');

  await eventually(() => expect(heard).toEqual([button.nonce]));
  listening.disconnect();
});

test('a click that is delivered twice is one order', async () => {
  await planned();

  await planned();

  const orders = new Queue(`plan-${CLUSTER}`, { connection: link.redis, prefix: link.prefix });
  expect(await orders.getJobs()).toHaveLength(1);
  await orders.close();
});

test.each<[string, (proposal: Proposal) => void]>([
  ['a plan', ({ request }) => request?.plan.touches.pods.push('shop/other')],
  ['a term', ({ request }) => Object.assign(request?.terms ?? {}, { risk: 'low' })],
  [
    'an approval',
    ({ request }) =>
      request?.approvals.push({ by: 'U-forger', at: minutesLater(1), reason: '', signature: 'c2lnbmVk' }),
  ],
])('%s that was altered in Redis is refused, and the audit says so', async (_, change) => {
  const button = await planned();
  await alter(change);

  const reply = await serviceOn().decide(ID, approving(button));

  expect(reply).toEqual({ kind: 'refused', refusal: { kind: 'altered' } });
  expect(await executions.getJobs()).toEqual([]);
  expect(await auditedResults()).toContain('refused altered');
});

test.each(['no JSON', '{}', '{"id":7}'])('a record that was altered into %j is unknown', async (record) => {
  const button = await planned();
  await link.redis.hset(recordKey(), 'record', record);

  const replies = [await serviceOn().decide(ID, approving(button)), await serviceOn().stop(ID, 'U-lead')];

  expect(replies).toEqual([
    { kind: 'refused', refusal: { kind: 'unknown-proposal' } },
    { kind: 'refused', refusal: 'unknown-proposal' },
  ]);
});

test('an execution that a dying bot did not hand on is handed on by the next click', async () => {
  const button = await planned();
  const dying = serviceOn({ ...queue, execute: () => Promise.reject(new Error('the bot is gone')) });
  await expect(dying.decide(ID, approving(button))).rejects.toThrow('the bot is gone');

  const reply = await serviceOn().decide(ID, approving(button, 'U-second'));

  expect(reply).toEqual({ kind: 'refused', refusal: { kind: 'already-decided', state: 'approved' } });
  expect(await executions.getJobs()).toHaveLength(1);
});

test('a stop is there for a remediator that starts later', async () => {
  const button = await planned();
  const service = serviceOn();
  await service.decide(ID, approving(button));

  const reply = await service.stop(ID, 'U-anybody');

  expect(reply).toEqual({ kind: 'done' });
  expect(await link.redis.exists(remediationStopKey(link.prefix, button.nonce))).toBe(1);
  expect(await createProposalStore(link, logger).load(ID)).toMatchObject({
    proposal: { stoppedBy: 'U-anybody' },
  });
});

test('what the remediator wrote down is seen, and what is no entry is not', async () => {
  const { nonce } = await planned();
  const key = `${link.prefix}:execution:${nonce}`;
  const begun = { kind: 'begun', at: minutesLater(2) };
  await link.redis.rpush(key, JSON.stringify(begun), 'no JSON', '{"kind":"ended"}');

  const seen = await createProposalStore(link, logger).load(ID);

  expect(seen?.journal).toEqual([begun]);
});
