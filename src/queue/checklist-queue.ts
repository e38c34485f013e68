// The queues `check-<cluster>`: orders to check, from people and from each item's own schedule. And `check-reports`: how
// orders ended, for whoever tells people.

import { Queue } from 'bullmq';
import { checkItems } from '../checklist/checklist.ts';
import type { ChecklistOrder, ChecklistQueue, OrderEnded } from '../checklist/ports.ts';
import type { CheckRhythm, CheckSchedule } from '../checklist/schedule.ts';
import { isObjectName } from '../diagnosis/target.ts';
import type { Logger } from '../ops/logger.ts';
import { answering, logErrors, type RedisLink } from './redis.ts';

/** Without an id: a schedule makes many orders of one template, each with the id of its job. */
export interface ChecklistJob extends Pick<ChecklistOrder, 'asked'> {
  request: Omit<ChecklistOrder['request'], 'id'>;
}

export type ReportJob = { kind: 'ended'; end: OrderEnded } | { kind: 'digest'; cluster: string };

export const REPORT_QUEUE = 'check-reports';

const KEEP_DONE = { age: 60 * 60, count: 200 };
const KEEP_FAILED = { age: 24 * 60 * 60, count: 200 };
/** With a wait that doubles from a second on: a surface may be away for a night. */
const REPORT_ATTEMPTS = 16;

export function checkQueueName(cluster: string): string {
  if (!isObjectName(cluster)) throw new Error(`not a cluster name: ${JSON.stringify(cluster)}`);
  return `check-${cluster}`;
}

export function createChecklistQueue(
  link: RedisLink,
  logger: Logger,
): ChecklistQueue & {
  /** Sets the schedule of each item and of the digest, and takes away those that are gone; the same twice changes nothing. */
  schedule(cluster: string, schedule: CheckSchedule): Promise<void>;
  report(end: OrderEnded): Promise<void>;
  close(): Promise<void>;
} {
  const queues = new Map<string, Queue>();
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  function queueNamed(name: string, attempts: number): Queue {
    const known = queues.get(name);
    if (known) return known;
    const queue = new Queue(name, {
      connection: link.redis,
      prefix: link.prefix,
      defaultJobOptions: { attempts, removeOnComplete: KEEP_DONE, removeOnFail: KEEP_FAILED },
    });
    logErrors(queue, link, logger);
    queues.set(name, queue);
    return queue;
  }

  const checksOf = (cluster: string): Queue => queueNamed(checkQueueName(cluster), 2);

  return {
    submit: ({ request: { id, ...request }, asked }) =>
      run(async () => {
        const job: ChecklistJob = { request, ...(asked && { asked }) };
        await checksOf(request.cluster).add('check', job, { jobId: id });
      }),
    schedule: (cluster, schedule) =>
      run(async () => {
        const queue = checksOf(cluster);
        for (const item of checkItems) {
          const data: ChecklistJob = { request: { cluster, items: [item] } };
          await repeat(queue, item, schedule[item], { name: 'check', data });
        }
        const data: ReportJob = { kind: 'digest', cluster };
        const reports = queueNamed(REPORT_QUEUE, REPORT_ATTEMPTS);
        await repeat(reports, `digest-${cluster}`, schedule.digest, { name: 'digest', data });
      }),
    report: (end) =>
      run(async () => {
        const backoff = { type: 'exponential', delay: 1000 };
        const options = { jobId: `report-${end.request.id}`.replaceAll(':', '-'), backoff };
        await queueNamed(REPORT_QUEUE, REPORT_ATTEMPTS).add(
          'report',
          { kind: 'ended', end } satisfies ReportJob,
          options,
        );
      }),
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

async function repeat(
  queue: Queue,
  id: string,
  rhythm: CheckRhythm | undefined,
  job: { name: string; data: ChecklistJob | ReportJob },
): Promise<void> {
  if (!rhythm) return void (await queue.removeJobScheduler(id));
  const options = 'pattern' in rhythm ? { ...rhythm, tz: 'UTC' } : { every: rhythm.everyMs };
  await queue.upsertJobScheduler(id, options, job);
}
