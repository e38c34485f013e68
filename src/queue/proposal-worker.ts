// The bot's worker of the queue `proposals`: passes on how orders to plan ended, and has proposals drawn in the state in which
// they are then. It believes nothing that comes out of the queue without a look.

import { DelayedError, type Job, Worker } from 'bullmq';
import { SurfaceRateLimited, SurfaceUnreachable } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import { automaticRemediation } from '../remediation/catalog/index.ts';
import { digestOf } from '../remediation/plan.ts';
import { followsFromSteps } from '../remediation/plan-remediation.ts';
import type {
  PlanEnd,
  PlanOrder,
  Proposal,
  ProposalStore,
  ProposalSurface,
  SeenProposal,
} from '../remediation/ports.ts';
import { isPlanOf } from '../remediation/proposal-seal.ts';
import { nextByTime } from '../remediation/proposal-state.ts';
import type { RemediationService } from '../remediation/service.ts';
import { closeWorker } from './close-worker.ts';
import { PROPOSALS_QUEUE, type ProposalJob, type ProposalReports } from './proposal-queue.ts';
import { planEnd } from './proposal-store.ts';
import { logErrors, type RedisLink } from './redis.ts';
import { drawingOptions, type SurfaceTiming } from './surface-queue.ts';

export interface ProposalWorkerParts {
  /** Of the kind that waits for Redis. */
  link: RedisLink;
  store: ProposalStore;
  service: Pick<RemediationService, 'planned'>;
  reports: Pick<ProposalReports, 'wake' | 'wakeWhen'>;
  surface: ProposalSurface;
  timing: SurfaceTiming;
  clock: { now(): Date };
  logger: Logger;
}

const AT_ONCE = 5;
// Clocks differ; drawn a little late, the time has passed for all of them.
const SURELY_MS = 1000;

/** Does not wait for Redis. */
export function startProposalWorker(parts: ProposalWorkerParts): { close(): Promise<void> } {
  const { link, store, service, reports, surface, timing, clock, logger } = parts;

  async function take({ data }: Job<ProposalJob>): Promise<void> {
    switch (data.kind) {
      case 'planned':
        return service.planned(data.id, await believable(data.id, data.end));
      case 'due':
        return reports.wake(data.id);
      case 'render':
        return render(data.id);
    }
  }

  async function believable(id: string, said: unknown): Promise<PlanEnd> {
    const parsed = planEnd.safeParse(said);
    const order = (await store.load(id))?.proposal.order;
    const end = parsed.data;
    if (end && (end.kind !== 'planned' || !order || isPlanFor(order, end.plan))) return end;
    logger.warn({ proposalId: id }, 'what was planned is not what was ordered');
    return { kind: 'failed', why: 'internal' };
  }

  async function render(id: string): Promise<void> {
    const seen = await store.load(id);
    if (!seen) return;
    if (!isWhole(seen.proposal)) return logger.warn({ proposalId: id }, 'an altered proposal is not drawn');
    const nowMs = clock.now().getTime();
    const next = nextByTime(seen, nowMs);
    // Before it is drawn, which may fail: the next state is then drawn all the same.
    if (next) await reports.wakeWhen(id, next.state, next.atMs - nowMs + SURELY_MS);
    const { messageTs } = await surface.render(seen, nowMs);
    await keepPlace(seen, messageTs);
  }

  async function keepPlace({ proposal }: SeenProposal, messageTs: string | undefined): Promise<void> {
    if (messageTs === undefined || proposal.thread.messageTs === messageTs) return;
    await store.change(proposal.id, (current) => ({ ...current, thread: { ...current.thread, messageTs } }));
  }

  async function takeOrDelay(job: Job<ProposalJob>, token: string | undefined): Promise<void> {
    try {
      await take(job);
    } catch (error) {
      if (error instanceof SurfaceRateLimited) {
        await job.moveToDelayed(Date.now() + error.retryAfterMs, token);
        throw new DelayedError();
      }
      if (!(error instanceof SurfaceUnreachable)) throw error;
      logger.warn({ proposalId: job.data.id, reason: error.reason }, 'channel takes no messages');
    }
  }

  const worker = new Worker<ProposalJob>(PROPOSALS_QUEUE, takeOrDelay, {
    ...drawingOptions(link, timing),
    concurrency: AT_ONCE,
  });
  logErrors(worker, link, logger);
  worker.on('failed', (job, error) =>
    logger.warn(
      { proposalId: job?.data.id, attempt: job?.attemptsMade, err: error },
      'a proposal was not taken',
    ),
  );
  return { close: () => closeWorker(worker, link) };
}

const isPlanFor = (order: PlanOrder, plan: Extract<PlanEnd, { kind: 'planned' }>['plan']): boolean =>
  isPlanOf(order, plan) &&
  followsFromSteps(plan) &&
  // By its risk it is decided how many people have to say yes.
  plan.risk === automaticRemediation(order.remediation)?.risk;

/** People read the very plan that a click on the message stands for. */
const isWhole = ({ request }: Proposal): boolean =>
  request === undefined || digestOf(request.plan) === request.terms.digest;
