// The worker of one cluster's orders to plan: takes an order, has it worked out, and tells the bot how that ended. An order may
// be worked on twice; the bot takes the first end of it.

import { type Job, Worker } from 'bullmq';
import type { Logger } from '../ops/logger.ts';
import type { PlanEnd, PlanOrder } from '../remediation/ports.ts';
import { closeWorker } from './close-worker.ts';
import type { WorkerTiming } from './diagnosis-worker.ts';
import { type PlanJob, type ProposalReports, planQueueName } from './proposal-queue.ts';
import { planOrder } from './proposal-store.ts';
import { logErrors, type RedisLink } from './redis.ts';
import { type LockTiming, workerOptions } from './worker-options.ts';

export interface PlanWorkerParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  cluster: string;
  plan(order: PlanOrder, signal: AbortSignal): Promise<PlanEnd>;
  reports: Pick<ProposalReports, 'planned'>;
  timing: LockTiming & Pick<WorkerTiming, 'deadlineMs'>;
  logger: Logger;
}

export async function startPlanWorker(parts: PlanWorkerParts): Promise<{ close(): Promise<void> }> {
  const { link, cluster, reports, timing } = parts;
  const logger = parts.logger.child({ cluster });

  async function take(job: Job<PlanJob>, aborted: AbortSignal): Promise<void> {
    const { data: order, error } = planOrder.safeParse(job.data.order);
    // Nobody can be told, and the same order would be no better the second time.
    if (!order) return logger.warn({ jobId: job.id, err: error }, 'what was queued is no order to plan');
    const end = await planned(order, aborted);
    if (aborted.aborted) throw new Error('this worker shuts down');
    await reports.planned(order.id, end);
    logger.info({ orderId: order.id, end: end.kind }, 'planning ended');
  }

  async function planned(order: PlanOrder, aborted: AbortSignal): Promise<PlanEnd> {
    const deadline = AbortSignal.timeout(timing.deadlineMs);
    try {
      if (order.cluster !== cluster) throw new Error('an order for another cluster');
      return await parts.plan(order, AbortSignal.any([aborted, deadline]));
    } catch (error) {
      if (deadline.aborted) return { kind: 'failed', why: 'cluster-unreachable' };
      if (!aborted.aborted) logger.error({ orderId: order.id, err: error }, 'planning crashed');
      return { kind: 'failed', why: 'internal' };
    }
  }

  const worker = new Worker<PlanJob>(
    planQueueName(cluster),
    (job, _token, signal) => take(job, signal ?? new AbortController().signal),
    workerOptions(link, timing),
  );
  logErrors(worker, link, logger);
  worker.on('failed', (job, error) => logger.warn({ jobId: job?.id, err: error }, 'plan job failed'));
  await worker.waitUntilReady();

  return {
    async close() {
      worker.cancelAllJobs('shutdown');
      await closeWorker(worker, link);
    },
  };
}
