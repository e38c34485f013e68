// The queues of fixes, seen from the sides that ask: `plan-<cluster>` to the worker, `remediate-<cluster>` to the remediator,
// `proposals` back to the bot. Whether what comes out may be believed is for whoever takes it.

import { Queue } from 'bullmq';
import { isObjectName } from '../diagnosis/target.ts';
import type { Logger } from '../ops/logger.ts';
import type { PlanEnd, PlanOrder, ProposalQueue } from '../remediation/ports.ts';
import type { ByTime } from '../remediation/proposal-state.ts';
import { answering, logErrors, type RedisLink } from './redis.ts';
import { surfaceTiming } from './surface-queue.ts';

export interface PlanJob {
  order: PlanOrder;
}

export interface ExecuteJob {
  proposalId: string;
  /** An ApprovedPlan, if nobody has altered it. */
  approved: unknown;
}

export type ProposalJob =
  /** How an order to plan ended. */
  | { kind: 'planned'; id: string; end: PlanEnd }
  /** The state of a proposal has changed. */
  | { kind: 'render'; id: string }
  /** Time has changed its state. */
  | { kind: 'due'; id: string };

export const PROPOSALS_QUEUE = 'proposals';

const PLAN_TAKES = 4;
/** A remediator that is killed, or waits for another execution to end, leaves the job to the next taker. */
export const EXECUTION_TAKES = 30;
const EXECUTION_RETRY_MS = 2000;

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const KEEP_PLANNED = { age: HOUR_SECONDS };
// For longer than any approval counts: while a job is known, the same nonce is not queued again.
const KEEP_EXECUTED = { age: 7 * DAY_SECONDS };
const KEEP_STOP_SECONDS = 7 * DAY_SECONDS;

export const planQueueName = (cluster: string): string => `plan-${named(cluster)}`;

export const remediateQueueName = (cluster: string): string => `remediate-${named(cluster)}`;

/** There while an execution has to stop, so that a remediator which starts later sees it as well. */
export const remediationStopKey = (prefix: string, nonce: string): string =>
  `${prefix}:remediation-stop:${nonce}`;

/** Channel on which a cluster's remediator hears the nonce of what has to stop. */
export const remediationStopChannel = (prefix: string, cluster: string): string =>
  `${prefix}:remediation-stops:${cluster}`;

function named(cluster: string): string {
  if (!isObjectName(cluster)) throw new Error(`not a cluster name: ${JSON.stringify(cluster)}`);
  return cluster;
}

/** What worker and remediator tell the bot. */
export interface ProposalReports {
  planned(id: string, end: PlanEnd): Promise<void>;
  wake(id: string): Promise<void>;
  /** Once for each state that a proposal comes into by time alone. */
  wakeWhen(id: string, state: ByTime, afterMs: number): Promise<void>;
  close(): Promise<void>;
}

export function createProposalReports(link: RedisLink, logger: Logger): ProposalReports {
  const queue = new Queue<ProposalJob>(PROPOSALS_QUEUE, {
    connection: link.redis,
    prefix: link.prefix,
    defaultJobOptions: {
      attempts: surfaceTiming.attempts,
      backoff: { type: 'custom' },
      removeOnFail: { age: DAY_SECONDS, count: 1000 },
    },
  });
  logErrors(queue, link, logger);
  const run = running(link);

  return {
    planned: (id, end) =>
      run(async () => {
        const options = { jobId: jobId('planned', id), removeOnComplete: KEEP_PLANNED };
        await queue.add('planned', { kind: 'planned', id, end }, options);
      }),
    wake: (id) =>
      run(async () => {
        const deduplication = { id, keepLastIfActive: true };
        await queue.add('render', { kind: 'render', id }, { deduplication, removeOnComplete: true });
      }),
    wakeWhen: (id, state, afterMs) =>
      run(async () => {
        const options = { jobId: jobId(state, id), delay: afterMs, removeOnComplete: true };
        await queue.add('due', { kind: 'due', id }, options);
      }),
    close: () => queue.close(),
  };
}

export function createProposalQueue(
  link: RedisLink,
  logger: Logger,
): ProposalQueue & { close(): Promise<void> } {
  const { redis, prefix } = link;
  const queues = new Map<string, Queue>();
  const reports = createProposalReports(link, logger);
  const run = running(link);

  function queueNamed(name: string): Queue {
    const known = queues.get(name);
    if (known) return known;
    const queue = new Queue(name, { connection: redis, prefix });
    logErrors(queue, link, logger);
    queues.set(name, queue);
    return queue;
  }

  return {
    plan: (order) =>
      run(async () => {
        await queueNamed(planQueueName(order.cluster)).add('plan', { order } satisfies PlanJob, {
          jobId: jobId('plan', order.id),
          attempts: PLAN_TAKES,
          removeOnComplete: KEEP_PLANNED,
          removeOnFail: { age: DAY_SECONDS },
        });
      }),
    execute: (proposalId, approved) =>
      run(async () => {
        const job: ExecuteJob = { proposalId, approved };
        await queueNamed(remediateQueueName(approved.terms.cluster)).add('execute', job, {
          jobId: jobId('execute', approved.terms.nonce),
          attempts: EXECUTION_TAKES,
          backoff: { type: 'fixed', delay: EXECUTION_RETRY_MS },
          removeOnComplete: KEEP_EXECUTED,
          removeOnFail: KEEP_EXECUTED,
        });
      }),
    stop: (cluster, nonce) =>
      run(async () => {
        await redis.set(remediationStopKey(prefix, nonce), '1', 'EX', KEEP_STOP_SECONDS);
        await redis.publish(remediationStopChannel(prefix, cluster), nonce);
      }),
    wake: reports.wake,
    async close() {
      await Promise.all([reports.close(), ...[...queues.values()].map((queue) => queue.close())]);
    },
  };
}

// BullMQ refuses a colon in an id, and a number as one.
const jobId = (kind: string, id: string): string => `${kind}-${id.replaceAll(':', '-')}`;

const running =
  (link: RedisLink) =>
  <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();
