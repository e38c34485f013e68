// Approved plans from their queue to their end on a real Redis, in a small cluster in memory.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../src/ops/logger.ts';
import { createAuditLog } from '../../src/queue/audit-log.ts';
import { workerTiming } from '../../src/queue/diagnosis-worker.ts';
import { createExecutionStore } from '../../src/queue/execution-store.ts';
import { createProposalQueue } from '../../src/queue/proposal-queue.ts';
import { connectRedis, type RedisLink } from '../../src/queue/redis.ts';
import { startRemediateWorker } from '../../src/queue/remediate-worker.ts';
import type { ApprovedPlan } from '../../src/remediation/approval.ts';
import { type ExecutorPorts, executePlan } from '../../src/remediation/executor.ts';
import { type Bench, benchFor, handed, minutesLater } from '../support/approved-plans.ts';
import { eventually } from '../support/eventually.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { newSurroundings } from '../support/running-app.ts';

const logger = createLogger('silent');

let link: RedisLink;
let bench: Bench;
let queue: ReturnType<typeof createProposalQueue>;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  const { redisUrl, prefix } = newSurroundings();
  link = connectRedis({ url: redisUrl, prefix }, 'working', logger);
  queue = createProposalQueue(link, logger);
  bench = await benchFor(faultFor('restart-cni-agent'));
  closing = [];
});

afterEach(async () => {
  for (const close of [...closing, queue.close, link.close]) await close();
});

/** `portsOf`: of the take with that number, from 1. */
async function startRemediator(
  portsOf: (take: number, ports: ExecutorPorts) => ExecutorPorts = (_, ports) => ports,
): Promise<{ woken: string[] }> {
  const woken: string[] = [];
  let takes = 0;
  const worker = await startRemediateWorker({
    ...{ link, cluster: 'prod-eu', timing: workerTiming, logger },
    store: createExecutionStore(link),
    audit: createAuditLog(link),
    reports: { wake: async (id) => void woken.push(id) },
    clock: { now: () => new Date(minutesLater(2)) },
    execute: (given, store, stop) => {
      takes += 1;
      return executePlan(given, portsOf(takes, { ...bench.ports, store }), stop);
    },
  });
  closing.push(worker.close);
  return { woken };
}

const approved = (): ApprovedPlan => handed(bench.request) as ApprovedPlan;

/** What the audit says as soon as the execution has ended. */
const ended = () =>
  eventually(async () => {
    const lines = await createAuditLog(link).read();
    const last = lines.at(-1);
    expect(['ended', 'refused']).toContain(last?.what);
    return lines.map(({ what, result }) => `${what} ${result}`.trim());
  });

test('an approved plan is carried out once, however often it is handed over', async () => {
  const { woken } = await startRemediator();

  await queue.execute('p-1', approved());
  await queue.execute('p-1', approved());
  const lines = await ended();

  expect(bench.cluster.changes).toHaveLength(1);
  expect(lines[0]).toBe('begun');
  expect(lines.filter((line) => line === 'ended applied fixed')).toHaveLength(1);
  expect(woken).toContain('p-1');
});

test('a plan that somebody altered in Redis is refused, changes nothing and is in the audit', async () => {
  const forged = approved();
  forged.plan.deadlineS += 1;
  await startRemediator();

  await queue.execute('p-1', forged);
  const lines = await ended();

  expect(lines).toEqual(['refused forged']);
  expect(bench.cluster.changes).toEqual([]);
});

test('a plan whose execution dies after its change is taken up, and the change is made once', async () => {
  await startRemediator((take, ports) => {
    if (take > 1) return ports;
    const control: ExecutorPorts['control'] = {
      ...ports.control,
      async change(...all) {
        const reply = await ports.control.change(...all);
        if (bench.cluster.changes.length > 0) throw new Error('killed');
        return reply;
      },
    };
    return { ...ports, control };
  });

  await queue.execute('p-1', approved());
  const lines = await ended();

  expect(bench.cluster.changes).toHaveLength(1);
  expect(lines.at(-1)).toBe('ended applied fixed');
});

test('a plan that was stopped before it was taken does no step', async () => {
  await queue.stop('prod-eu', bench.request.terms.nonce);
  await startRemediator();

  await queue.execute('p-1', approved());
  const lines = await ended();

  expect(lines).toEqual(['begun', 'ended stopped stopped']);
  expect(bench.cluster.changes).toEqual([]);
});

test('a plan for a pod that has been replaced meanwhile is refused with the difference', async () => {
  const [step] = bench.plan.steps;
  if (step?.kind !== 'delete-pod') throw new Error('the plan deletes a pod first');
  bench.cluster.remove('pods', step.pod.namespace, step.pod.name);
  await startRemediator();

  await queue.execute('p-1', approved());
  const lines = await ended();

  expect(lines).toEqual(['begun', 'refused changed']);
  expect(bench.cluster.changes).toEqual([]);
});

test('a plan waits while another one is carried out in its cluster', async () => {
  const other = { nonce: 'other-0123456789abcdef', cluster: 'prod-eu', at: minutesLater(1) };
  const begun = await createExecutionStore(link).begin(other);
  if (begun.status === 'busy') throw new Error('nothing else is under way');
  let takes = 0;
  await startRemediator((take, ports) => {
    takes = take;
    return ports;
  });

  await queue.execute('p-1', approved());
  await eventually(() => expect(takes).toBe(1));
  await begun.release();
  const lines = await ended();

  expect(takes).toBeGreaterThan(1);
  expect(lines.at(-1)).toBe('ended applied fixed');
});
