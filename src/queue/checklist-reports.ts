// Has the end of every check told, and the digests: one at a time, and again later when the surface is away.

import { DelayedError, type Job, Worker } from 'bullmq';
import type { ChecklistTelling } from '../checklist/telling.ts';
import { SurfaceRateLimited, SurfaceUnreachable } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import { REPORT_QUEUE, type ReportJob } from './checklist-queue.ts';
import { closeWorker } from './close-worker.ts';
import { logErrors, type RedisLink } from './redis.ts';

export interface ChecklistReportsParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  telling: ChecklistTelling;
  logger: Logger;
}

/** Does not wait for Redis. */
export function startChecklistReports({ link, telling, logger }: ChecklistReportsParts): {
  close(): Promise<void>;
} {
  async function tell(job: Job<ReportJob>, token: string | undefined): Promise<void> {
    try {
      const report = job.data;
      await (report.kind === 'ended' ? telling.ended(report.end) : telling.digest(report.cluster));
    } catch (error) {
      if (error instanceof SurfaceRateLimited) {
        await job.moveToDelayed(Date.now() + error.retryAfterMs, token);
        throw new DelayedError();
      }
      if (!(error instanceof SurfaceUnreachable)) throw error;
      logger.warn({ jobId: job.id, reason: error.reason }, 'channel takes no messages');
    }
  }

  const worker = new Worker<ReportJob>(REPORT_QUEUE, tell, { connection: link.redis, prefix: link.prefix });
  logErrors(worker, link, logger);
  worker.on('failed', (job, error) => logger.warn({ jobId: job?.id, err: error }, 'a check was not told'));
  return { close: () => closeWorker(worker, link) };
}
