// The worker of one cluster: takes diagnosis jobs, runs them, stores progress and the end in the incident.
// A job may run twice (its worker died, Redis was away); the incident accepts one end only, so people see one answer.

import { type Job, Worker } from 'bullmq';
import { verdictOf } from '../diagnosis/diagnosis.ts';
import type { IncidentEvent } from '../incidents/incident.ts';
import type { Diagnose, IncidentStore, SurfaceQueue } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import type { Metrics } from '../ops/metrics.ts';
import { closeWorker } from './close-worker.ts';
import { type DiagnosisJob, diagnosisQueueName, MAX_TAKES, stopChannel } from './diagnosis-queue.ts';
import { createProgressWriter } from './progress-writer.ts';
import { logErrors, type RedisLink } from './redis.ts';
import { type LockTiming, workerOptions } from './worker-options.ts';

export interface WorkerTiming extends LockTiming {
  /** At most one progress line per that time. */
  progressMs: number;
  /** A diagnosis is aborted after that time. */
  deadlineMs: number;
  /** How long a diagnosis may go on after it was aborted, or a worker after it was told to stop. */
  graceMs: number;
}

export const workerTiming: WorkerTiming = {
  lockMs: 10_000,
  stalledCheckMs: 5000,
  progressMs: 1000,
  deadlineMs: 120_000,
  graceMs: 5000,
};

export interface WorkerParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  cluster: string;
  diagnose: Diagnose;
  store: IncidentStore;
  surface: SurfaceQueue;
  timing: WorkerTiming;
  concurrency: number;
  clock: { now(): Date };
  logger: Logger;
  metrics: Metrics;
}

type End =
  | Omit<Extract<IncidentEvent, { kind: 'finished' }>, 'at'>
  | Omit<Extract<IncidentEvent, { kind: 'failed' }>, 'at'>;

const SHUTDOWN = 'shutdown';
const STOPPED = 'stopped';

export async function startDiagnosisWorker(parts: WorkerParts): Promise<{ close(): Promise<void> }> {
  const { link, cluster, store, surface, timing, metrics } = parts;
  const logger = parts.logger.child({ cluster });

  async function take(job: Job<DiagnosisJob>, aborted: AbortSignal): Promise<void> {
    const { incidentId, request } = job.data;
    const log = logger.child({ incidentId, jobId: job.id });
    const incident = await store.load(incidentId);
    if (incident?.diagnosing && incident.request.id === request.id) {
      const startedMs = performance.now();
      const end = await run(job.data, aborted, log);
      if (end.kind === 'finished') await store.keepDiagnosis(end.diagnosis);
      const applied = await store.apply(incidentId, { ...end, at: parts.clock.now().toISOString() });
      const how = end.kind === 'finished' ? verdictOf(end.diagnosis) : end.failure.kind;
      metrics.diagnosed(cluster, how, (performance.now() - startedMs) / 1000);
      log.info({ end: how, accepted: applied !== undefined }, 'diagnosis ended');
    }
    // Also when there was nothing to do: the worker before may have died between storing the end and this line.
    await surface.wake(incidentId);
  }

  async function run({ incidentId, request }: DiagnosisJob, aborted: AbortSignal, log: Logger): Promise<End> {
    const unwanted = new AbortController();
    const deadline = AbortSignal.timeout(timing.deadlineMs);
    const signal = AbortSignal.any([aborted, deadline, unwanted.signal]);
    const progress = createProgressWriter(async (latest) => {
      const event = { kind: 'progressed' as const, diagnosisId: request.id, progress: latest };
      if (await store.apply(incidentId, event)) return surface.wake(incidentId);
      // The incident has ended without us: the kill switch, or the watchdog.
      unwanted.abort(STOPPED);
    }, timing.progressMs);

    const result = await Promise.race([
      parts.diagnose(request, progress.report, signal).catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'diagnosis crashed');
        return { ok: false as const, failure: { kind: 'internal' as const } };
      }),
      afterAbort(signal, timing.graceMs),
    ]);
    await progress.end();

    if (aborted.aborted && aborted.reason === SHUTDOWN) throw new Error('this worker shuts down');
    if (aborted.aborted || unwanted.signal.aborted) {
      return { kind: 'failed', diagnosisId: request.id, failure: { kind: 'stopped' } };
    }
    if (result?.ok) return { kind: 'finished', diagnosis: result.diagnosis };
    const failure = deadline.aborted || !result ? { kind: 'timed-out' as const } : result.failure;
    return { kind: 'failed', diagnosisId: request.id, failure };
  }

  const worker = new Worker<DiagnosisJob>(
    diagnosisQueueName(cluster),
    (job, _token, signal) => take(job, signal ?? new AbortController().signal),
    { ...workerOptions(link, timing), concurrency: parts.concurrency, maxStalledCount: MAX_TAKES - 1 },
  );
  logErrors(worker, link, logger);
  worker.on('stalled', (jobId) => logger.warn({ jobId }, 'job of a dead worker is taken over'));
  worker.on('failed', (job, error) => logger.warn({ jobId: job?.id, err: error }, 'diagnosis job failed'));

  const subscriber = link.redis.duplicate();
  logErrors(subscriber, link, logger);
  subscriber.on('message', (_channel, named) => {
    if (named === cluster) worker.cancelAllJobs(STOPPED);
  });
  await Promise.all([worker.waitUntilReady(), subscriber.subscribe(stopChannel(link.prefix))]);

  return {
    async close() {
      subscriber.disconnect();
      // close() waits for running jobs and does not abort them: after the grace time they go back to the queue.
      const abort = setTimeout(() => worker.cancelAllJobs(SHUTDOWN), timing.graceMs);
      await closeWorker(worker, link);
      clearTimeout(abort);
    },
  };
}

// A diagnosis that does not obey its signal must not hold the job for ever.
function afterAbort(signal: AbortSignal, graceMs: number): Promise<undefined> {
  return new Promise((resolve) => {
    const arm = () => setTimeout(resolve, graceMs, undefined).unref();
    if (signal.aborted) arm();
    else signal.addEventListener('abort', arm, { once: true });
  });
}
