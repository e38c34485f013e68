// The remediator's worker of one cluster's queue `remediate-<cluster>`: one approved plan at a time, each step in the audit,
// stopped when a person says so. Whether a plan may be carried out is for the executor, which believes nothing of the queue.

import { DelayedError, type Job, Worker } from 'bullmq';
import type { Logger } from '../ops/logger.ts';
import { ApprovedPlan } from '../remediation/approval.ts';
import type { AuditAct } from '../remediation/audit.ts';
import type { ExecutionResult, ExecutionStore, JournalEntry } from '../remediation/execution.ts';
import type { Executed } from '../remediation/executor.ts';
import type { AuditLog } from './audit-log.ts';
import { closeWorker } from './close-worker.ts';
import {
  EXECUTION_TAKES,
  type ExecuteJob,
  type ProposalReports,
  remediateQueueName,
  remediationStopChannel,
  remediationStopKey,
} from './proposal-queue.ts';
import { logErrors, type RedisLink } from './redis.ts';
import { type LockTiming, workerOptions } from './worker-options.ts';

export interface RemediateWorkerParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  cluster: string;
  store: ExecutionStore;
  /** By executePlan, with that store. */
  execute(handed: unknown, store: ExecutionStore, stop: AbortSignal): Promise<Executed>;
  audit: Pick<AuditLog, 'append'>;
  reports: Pick<ProposalReports, 'wake'>;
  timing: LockTiming;
  clock: { now(): Date };
  logger: Logger;
}

type Tell = (what: AuditAct, result: string) => Promise<void>;

/** How soon a plan that waits for another one is looked at again. */
const BUSY_RETRY_MS = 2000;

export async function startRemediateWorker(parts: RemediateWorkerParts): Promise<{ close(): Promise<void> }> {
  const { link, cluster, audit, reports, timing, clock } = parts;
  const logger = parts.logger.child({ cluster });
  const running = new Map<string, AbortController>();

  async function take(job: Job<ExecuteJob>, token: string | undefined): Promise<void> {
    const { proposalId, approved: handed } = job.data;
    const tell = telling(handed);
    let isWritten = false;
    const store = watched(parts.store, tell, () => {
      isWritten = true;
      return reports.wake(proposalId);
    });
    const { result, isRepeated } = await stoppable(handed, (stop) => parts.execute(handed, store, stop));
    if (isBusy(result)) {
      await job.moveToDelayed(Date.now() + BUSY_RETRY_MS, token);
      throw new DelayedError();
    }
    // What is refused before it is begun is in no journal.
    if (!isWritten && !isRepeated) await tell('refused', resultText(result));
    await reports.wake(proposalId);
    logger.info({ proposalId, result: resultText(result) }, 'execution ended');
  }

  function telling(handed: unknown): Tell {
    const { data } = ApprovedPlan.safeParse(handed);
    const about = {
      ...{ who: 'remediator', cluster, incidentId: data?.plan.incidentId ?? '' },
      ...{ remediation: data?.plan.remediation ?? '', digest: data?.terms.digest ?? '' },
    };
    return async (what, result) => {
      await audit.append({ at: clock.now().toISOString(), ...about, what, result });
    };
  }

  async function stoppable<T>(handed: unknown, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    const nonce = ApprovedPlan.safeParse(handed).data?.terms.nonce ?? '';
    const stop = new AbortController();
    running.set(nonce, stop);
    try {
      // Asked after it can be heard, so that none is missed in between.
      if ((await link.redis.exists(remediationStopKey(link.prefix, nonce))) === 1) stop.abort();
      return await work(stop.signal);
    } finally {
      running.delete(nonce);
    }
  }

  const subscriber = link.redis.duplicate();
  logErrors(subscriber, link, logger);
  subscriber.on('message', (_channel, nonce) => running.get(nonce)?.abort());
  await subscriber.subscribe(remediationStopChannel(link.prefix, cluster));

  const worker = new Worker<ExecuteJob>(remediateQueueName(cluster), take, {
    ...workerOptions(link, timing),
    concurrency: 1,
    maxStalledCount: EXECUTION_TAKES,
  });
  logErrors(worker, link, logger);
  worker.on('failed', (job, error) => logger.warn({ jobId: job?.id, err: error }, 'execution job failed'));
  await worker.waitUntilReady();

  return {
    async close() {
      await closeWorker(worker, link);
      subscriber.disconnect();
    },
  };
}

/** The audit has a line before the journal has its entry: a kill in between repeats a line and loses none. */
function watched(store: ExecutionStore, tell: Tell, onWritten: () => Promise<void>): ExecutionStore {
  return {
    async begin(opening) {
      const begun = await store.begin(opening);
      if (begun.status === 'busy' || begun.journal.length > 1) return begun;
      try {
        await tell('begun', '');
      } catch (error) {
        await begun.release();
        throw error;
      }
      return begun;
    },
    async append(nonce, entry) {
      await tellEntry(entry, tell);
      await store.append(nonce, entry);
      await onWritten();
    },
  };
}

async function tellEntry(entry: JournalEntry, tell: Tell): Promise<void> {
  if (entry.kind === 'step-done') await tell('step-done', `${entry.phase} ${entry.step + 1}`);
  if (entry.kind === 'ended')
    await tell(entry.result.status === 'refused' ? 'refused' : 'ended', resultText(entry.result));
}

const isBusy = (result: ExecutionResult): boolean =>
  result.status === 'refused' && result.refusal.kind === 'busy';

function resultText(result: ExecutionResult): string {
  switch (result.status) {
    case 'refused':
      return result.refusal.kind;
    case 'stopped':
      return `stopped ${result.why}`;
    case 'failed':
      return `failed ${result.failure.kind}`;
    case 'applied':
      return `applied ${result.verification.verdict}`;
  }
}
