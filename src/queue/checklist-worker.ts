// The worker of one cluster's checks: takes an order, asks the cluster, keeps what it found, and passes on how it ended.
// An order may be worked on twice; what is kept and told is then the later one.

import { type Job, Worker } from 'bullmq';
import type { ChecklistEnd, ChecklistRequest, RunChecklist } from '../checklist/checklist.ts';
import type { ChecklistStore, OrderEnded } from '../checklist/ports.ts';
import type { Logger } from '../ops/logger.ts';
import { type ChecklistJob, checkQueueName } from './checklist-queue.ts';
import { closeWorker } from './close-worker.ts';
import type { WorkerTiming } from './diagnosis-worker.ts';
import { logErrors, type RedisLink } from './redis.ts';
import { type LockTiming, workerOptions } from './worker-options.ts';

export interface ChecklistWorkerParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  cluster: string;
  runChecklist: RunChecklist;
  store: ChecklistStore;
  reports: { report(end: OrderEnded): Promise<void> };
  timing: LockTiming & Pick<WorkerTiming, 'deadlineMs'>;
  logger: Logger;
}

/** One check at a time: they are never urgent, and the nodes have diagnoses to answer. */
export async function startChecklistWorker(parts: ChecklistWorkerParts): Promise<{ close(): Promise<void> }> {
  const { link, cluster, store, reports, timing } = parts;
  const logger = parts.logger.child({ cluster });

  async function take(job: Job<ChecklistJob>, aborted: AbortSignal): Promise<void> {
    const request: ChecklistRequest = { ...job.data.request, id: job.id ?? '' };
    const end = await run(request, aborted);
    if (aborted.aborted) throw new Error('this worker shuts down');
    if (end.ok) await store.keep(end.run);
    const { asked } = job.data;
    await reports.report({ request, ...(asked && { asked }), ...(!end.ok && { failure: end.failure }) });
    const statuses = end.ok && Object.fromEntries(end.run.results.map(({ item, status }) => [item, status]));
    logger.info({ jobId: job.id, ...(end.ok ? { statuses } : { failure: end.failure }) }, 'check ended');
  }

  async function run(request: ChecklistRequest, aborted: AbortSignal): Promise<ChecklistEnd> {
    const deadline = AbortSignal.timeout(timing.deadlineMs);
    const history = await store.historyOf(request.cluster);
    try {
      return await parts.runChecklist(request, history, AbortSignal.any([aborted, deadline]));
    } catch (error) {
      if (deadline.aborted) return { ok: false, failure: { kind: 'timed-out' } };
      if (!aborted.aborted) logger.error({ jobId: request.id, err: error }, 'check crashed');
      return { ok: false, failure: { kind: 'internal' } };
    }
  }

  const worker = new Worker<ChecklistJob>(
    checkQueueName(cluster),
    (job, _token, signal) => take(job, signal ?? new AbortController().signal),
    workerOptions(link, timing),
  );
  logErrors(worker, link, logger);
  worker.on('failed', (job, error) => logger.warn({ jobId: job?.id, err: error }, 'check job failed'));
  await worker.waitUntilReady();

  return {
    async close() {
      worker.cancelAllJobs('shutdown');
      await closeWorker(worker, link);
    },
  };
}
