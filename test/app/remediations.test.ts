// The bot with approvals: which files it takes, and a fix on its way from the click to the queue of the remediator.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { expect, onTestFinished, test } from 'vitest';
import { SurfaceRateLimited, SurfaceUnreachable } from '../../src/incidents/ports.ts';
import { createLogger } from '../../src/ops/logger.ts';
import {
  createProposalReports,
  type ProposalReports,
  planQueueName,
  remediateQueueName,
} from '../../src/queue/proposal-queue.ts';
import { createProposalStore } from '../../src/queue/proposal-store.ts';
import { connectRedis, type RedisLink } from '../../src/queue/redis.ts';
import type { PlanOrder, Proposal, ProposalSurface, SeenProposal } from '../../src/remediation/ports.ts';
import { PLAN_PATIENCE_MS, type ProposalState, stateOf } from '../../src/remediation/proposal-state.ts';
import type { RemediationService } from '../../src/remediation/service.ts';
import { generateKeys } from '../../src/remediation/signature.ts';
import { minutesLater, person } from '../support/approved-plans.ts';
import { eventually } from '../support/eventually.ts';
import { diagnosisOf, plannedFor } from '../support/planned-remedies.ts';
import { proposalStates } from '../support/proposals.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { CLUSTER, newSurroundings, startBot, startWorker } from '../support/running-app.ts';

const fault = faultFor('restart-cni-agent');
const APPROVERS = 'rules: [{ risks: [low, medium, high], users: [ULEAD] }]';
const logger = createLogger('silent');
const states = await proposalStates();

async function files(content: { key?: string; approvers?: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-approvals-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const APPROVAL_KEY_FILE = join(folder, 'private.pem');
  const approvers = join(folder, 'approvers.yaml');
  await writeFile(APPROVAL_KEY_FILE, content.key ?? generateKeys().privateKey);
  await writeFile(approvers, content.approvers ?? APPROVERS);
  return { APPROVAL_KEY_FILE, APPROVERS: approvers };
}

interface Running {
  fixes: RemediationService;
  reports: ProposalReports;
  link: RedisLink;
  drawn: SeenProposal[];
  /** Of each drawing, at its time. */
  drawnStates: ProposalState[];
  clock: { now(): Date; set(ms: number): void };
  /** What the next drawings fail with. */
  failures: Error[];
  /** Warnings of the bot. */
  logged: string[];
  stop(): Promise<void>;
}

async function startWithFixes({
  surroundings = newSurroundings(),
  worker = true,
  minute = 1,
} = {}): Promise<Running> {
  if (worker) await startWorker(surroundings);
  const drawn: SeenProposal[] = [];
  const drawnStates: ProposalState[] = [];
  const failures: Error[] = [];
  const logged: string[] = [];
  const proposalSurface: ProposalSurface = {
    render: async (seen, nowMs) => {
      const failure = failures.shift();
      if (failure) throw failure;
      drawn.push(seen);
      drawnStates.push(stateOf(seen, nowMs));
      return { messageTs: '171000.000002' };
    },
  };
  let nowMs = Date.parse(minutesLater(minute));
  const clock = {
    now: () => new Date(nowMs),
    set(ms: number) {
      nowMs = ms;
    },
  };
  const warnings = createLogger('warn', { write: (line) => void logged.push(line) });
  const { app } = await startBot(surroundings, { proposalSurface, clock, logger: warnings }, await files());
  if (!app.fixes) throw new Error('there are no fixes');
  const link = connectRedis(
    { url: surroundings.redisUrl, prefix: surroundings.prefix },
    ...(['working', logger] as const),
  );
  onTestFinished(link.close);
  const reports = createProposalReports(link, logger);
  onTestFinished(reports.close);
  return { fixes: app.fixes, reports, link, drawn, drawnStates, clock, failures, logged, stop: app.stop };
}

const propose = (fixes: RemediationService, requestKey = 'fix-1') =>
  fixes.propose({
    incident: { id: 'dns-7k2p', channel: 'C0INC', rootTs: '171000.000001' },
    diagnosis: diagnosisOf(fault),
    ...{ finding: 0, remediation: fault.remediation, by: 'UREQUESTER', language: 'en', requestKey },
  });

/** The next job of a queue, as another process gets it. */
async function nextOf<T>({ redis, prefix }: RedisLink, queue: string): Promise<T> {
  const taken = Promise.withResolvers<T>();
  const worker = new Worker<T>(queue, async ({ data }) => taken.resolve(data), { connection: redis, prefix });
  const job = await taken.promise;
  await worker.close();
  return job;
}

test('a fix goes from the click through the plan and the approval to the remediator', async () => {
  const { fixes, reports, link, drawn } = await startWithFixes();

  const reply = await propose(fixes);
  const { order } = await nextOf<{ order: PlanOrder }>(link, planQueueName(CLUSTER));
  await reports.planned(order.id, { kind: 'planned', plan: await plannedFor(fault) });
  const seen = await eventually(() => drawn.find(({ proposal }) => proposal.request) ?? Promise.reject());
  const { nonce, digest } = seen.proposal.request?.terms ?? { nonce: '', digest: '' };
  const decided = await fixes.decide(order.id, {
    ...{ kind: 'approve', by: person('ULEAD', []), nonce, digest, reason: '' },
  });

  expect([reply.kind, decided.kind]).toEqual(['proposed', 'decided']);
  const job = await nextOf<{ proposalId: string }>(link, remediateQueueName(CLUSTER));
  expect(job).toMatchObject({ proposalId: order.id, approved: { terms: { nonce } } });
  await eventually(() => expect(drawn.at(-1)?.proposal.request?.state).toBe('approved'));
});

test('where its message is posted is kept', async () => {
  const { fixes, link, drawn } = await startWithFixes();

  await propose(fixes);

  await eventually(() => expect(drawn).not.toEqual([]));
  const store = createProposalStore(link, logger);
  await eventually(async () =>
    expect((await store.load('fix-1'))?.proposal.thread.messageTs).toBe('171000.000002'),
  );
});

test('a drawing waits for a rate limit, and is tried again after a failure', async () => {
  const { fixes, drawn, failures } = await startWithFixes();
  failures.push(new SurfaceRateLimited(20), new Error('reset'), new SurfaceRateLimited(20));

  await propose(fixes);

  await eventually(() => expect(drawn).toHaveLength(1));
});

test('a channel that takes no messages does not hold up other proposals', async () => {
  const { fixes, drawn, failures } = await startWithFixes();
  failures.push(new SurfaceUnreachable('is_archived'));

  await propose(fixes);
  await eventually(() => expect(failures).toEqual([]));
  await propose(fixes, 'fix-2');

  await eventually(() => expect(drawn.map(({ proposal }) => proposal.id)).toEqual(['fix-2']));
});

test.each<[string, (plan: Record<string, unknown>) => unknown]>([
  ['for another cluster', (plan) => ({ kind: 'planned', plan: { ...plan, cluster: 'prod-us' } })],
  [
    'for another remediation',
    (plan) => ({ kind: 'planned', plan: { ...plan, remediation: 'restart-cni-agents' } }),
  ],
  [
    'that calls itself less risky than it is',
    (plan) => ({ kind: 'planned', plan: { ...plan, risk: 'low' } }),
  ],
  ['in no known form', (plan) => ({ kind: 'planned', plan: { ...plan, steps: 'rm' } })],
  ['that is none', () => 'nonsense'],
])('a plan %s is not offered for approval', async (_, said) => {
  const { fixes, reports, drawn } = await startWithFixes();
  await propose(fixes);

  await reports.planned('fix-1', said({ ...(await plannedFor(fault)) }) as never);

  const seen = await eventually(() => drawn.find(({ proposal }) => proposal.end) ?? Promise.reject());
  expect(seen.proposal.end).toEqual({ kind: 'failed', why: 'internal' });
  expect(seen.proposal.request).toBeUndefined();
});

test('a plan that was altered in Redis is not drawn', async () => {
  const { fixes, reports, link, drawn, logged } = await startWithFixes();
  await propose(fixes);
  await reports.planned('fix-1', { kind: 'planned', plan: await plannedFor(fault) });
  await eventually(() => expect(drawn.some(({ proposal }) => proposal.request)).toBe(true));
  const store = createProposalStore(link, logger);
  await store.change('fix-1', (proposal) => {
    const { request } = proposal;
    return request && { ...proposal, request: { ...request, plan: { ...request.plan, durationS: 1 } } };
  });

  await reports.wake('fix-1');

  await eventually(() => expect(logged.join('')).toContain('an altered proposal is not drawn'));
  expect(drawn.some(({ proposal }) => proposal.request?.plan.durationS === 1)).toBe(false);
});

test('where no worker of the cluster is alive a fix is not asked for', async () => {
  const { fixes, link } = await startWithFixes({ worker: false });

  const reply = await propose(fixes);

  expect(reply).toEqual({ kind: 'refused', refusal: 'no-worker' });
  expect(await createProposalStore(link, logger).load('fix-1')).toBeUndefined();
});

test.each<[string, string, ProposalState, ProposalState, number]>([
  ['that no worker plans', 'planning', 'planning', 'unanswered', PLAN_PATIENCE_MS / 60_000],
  ['that nobody decides', 'waiting', 'waiting', 'expired', 15],
  ['that no remediator takes up', 'approved', 'running', 'untaken', 15],
])('a fix %s says so by itself when the time for it is over', async (_, stored, before, after, minutes) => {
  const { reports, link, drawnStates, clock } = await startWithFixes();
  const asked = states[stored]?.proposal as Proposal;
  await createProposalStore(link, logger).create(asked);
  clock.set(Date.parse(minutesLater(minutes)) - 10);

  await reports.wake(asked.id);
  await eventually(() => expect(drawnStates).toEqual([before]));
  clock.set(Date.parse(minutesLater(minutes)));

  await eventually(() => expect(drawnStates).toEqual([before, after]));
});

test('a fix whose time was over while the bot was away says so when it is back', async () => {
  const surroundings = newSurroundings();
  const { reports, link, drawnStates, clock, stop } = await startWithFixes({ surroundings });
  const asked = states.planning?.proposal as Proposal;
  await createProposalStore(link, logger).create(asked);
  clock.set(Date.parse(minutesLater(0)) + PLAN_PATIENCE_MS - 10);
  await reports.wake(asked.id);
  await eventually(() => expect(drawnStates).toEqual(['planning']));
  await stop();

  const back = await startWithFixes({ surroundings, minute: 60 });

  await eventually(() => expect(back.drawnStates).toEqual(['unanswered']));
});

test('without the settings of approvals there are no fixes', async () => {
  const { app } = await startBot();

  expect(app.fixes).toBeUndefined();
});

test.each([
  [{ key: 'no key' }, 'private.pem cannot be used: this is no Ed25519 private key in PEM form'],
  [{ approvers: 'rules: []' }, 'has no rule, so nobody could approve anything'],
])('files with %j are refused at the start', async (content, sentence) => {
  const environment = await files(content);

  await expect(startBot(newSurroundings(), {}, environment)).rejects.toThrow(sentence);
});

test('a file that is not there is refused at the start', async () => {
  const environment = { ...(await files()), APPROVERS: '/nowhere/approvers.yaml' };

  await expect(startBot(newSurroundings(), {}, environment)).rejects.toThrow(
    '/nowhere/approvers.yaml cannot be read',
  );
});
