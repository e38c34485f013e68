// An order to plan, from its queue to what the bot is told, on a real Redis.

import { Queue } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClusterAccess } from '../../src/cluster/access.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { type PlanningParts, planThrough } from '../../src/plan-remedies.ts';
import { workerTiming } from '../../src/queue/diagnosis-worker.ts';
import { startPlanWorker } from '../../src/queue/plan-worker.ts';
import { createProposalQueue, PROPOSALS_QUEUE, planQueueName } from '../../src/queue/proposal-queue.ts';
import { connectRedis, type RedisLink } from '../../src/queue/redis.ts';
import type { PlanEnd, PlanOrder } from '../../src/remediation/ports.ts';
import { createChangeableCluster } from '../support/changeable-cluster.ts';
import { eventually } from '../support/eventually.ts';
import { diagnosisOf, scope } from '../support/planned-remedies.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { PLANNED_AT } from '../support/remediable-objects.ts';
import { newSurroundings } from '../support/running-app.ts';

const logger = createLogger('silent');
const fault = faultFor('restart-cni-agent');
const order: PlanOrder = {
  ...{ id: 'order-1', cluster: 'prod-eu', incidentId: 'dns-7k2p', diagnosisId: 'd-1', finding: 0 },
  ...{ remediation: 'restart-cni-agent', requestedBy: 'U-requester', requestedAt: PLANNED_AT },
};

let link: RedisLink;

beforeEach(() => {
  const { redisUrl, prefix } = newSurroundings();
  link = connectRedis({ url: redisUrl, prefix }, 'working', logger);
});

afterEach(() => link.close());

const parts = (changes: Partial<PlanningParts> = {}): PlanningParts => ({
  fixes: { enabled: ['restart-cni-agent'], scope },
  healthy: { last: async () => undefined },
  diagnoses: { loadDiagnosis: async () => diagnosisOf(fault) },
  clock: { now: () => new Date(PLANNED_AT) },
  ...changes,
});

const planned = (changes?: Partial<PlanningParts>, access?: ClusterAccess): Promise<PlanEnd> =>
  planThrough(
    access ?? createChangeableCluster(fault.objects).access,
    order,
    parts(changes),
    new AbortController().signal,
  );

/** What the bot was told of the order. */
async function told(plan: () => Promise<PlanEnd>, before: unknown[] = []): Promise<unknown> {
  const worker = await startPlanWorker({
    ...{ link, cluster: 'prod-eu', plan, timing: workerTiming, logger },
    reports: {
      planned: async (id, end) => void (await proposals.add('planned', { kind: 'planned', id, end })),
    },
  });
  const queue = createProposalQueue(link, logger);
  const proposals = new Queue(PROPOSALS_QUEUE, { connection: link.redis, prefix: link.prefix });
  const orders = new Queue(planQueueName('prod-eu'), { connection: link.redis, prefix: link.prefix });
  try {
    for (const each of before) await orders.add('plan', { order: each });
    await queue.plan(order);
    return await eventually(async () => {
      const [job] = await proposals.getJobs();
      expect(job).toBeDefined();
      return job?.data;
    });
  } finally {
    await Promise.all([worker.close(), queue.close(), proposals.close(), orders.close()]);
  }
}

test('an order becomes a plan that names the finding, its incident and the pod', async () => {
  const data = await told(() => planned());

  expect(data).toMatchObject({
    ...{ kind: 'planned', id: 'order-1' },
    end: { kind: 'planned', plan: { incidentId: 'dns-7k2p', remediation: 'restart-cni-agent' } },
  });
});

test('planning that crashes is told as a failure of ours', async () => {
  const data = await told(async () => {
    throw new Error('a bug');
  });

  expect(data).toMatchObject({ end: { kind: 'failed', why: 'internal' } });
});

test('what somebody else put into the queue is no order, and holds up none', async () => {
  const data = await told(() => planned(), [undefined, 'order', { ...order, finding: '0; rm -rf /' }]);

  expect(data).toMatchObject({ id: 'order-1', end: { kind: 'planned' } });
});

test('what is not enabled here is not planned', async () => {
  expect(await planned({ fixes: { enabled: [], scope } })).toEqual({ kind: 'failed', why: 'not-enabled' });
});

test('without the diagnosis there is nothing to plan for', async () => {
  const end = await planned({ diagnoses: { loadDiagnosis: async () => undefined } });

  expect(end).toEqual({ kind: 'failed', why: 'diagnosis-gone' });
});

test('a cluster that does not answer is told as such', async () => {
  const silent: ClusterAccess = {
    answer: async () => ({
      at: PLANNED_AT,
      ms: 5000,
      status: 'unavailable',
      reason: 'timeout',
      detail: 'no answer',
    }),
  };

  expect(await planned({}, silent)).toEqual({ kind: 'failed', why: 'cluster-unreachable' });
});
