// The queues `diagnose-<cluster>`, seen from the side that asks: submit, look up, take back, stop.

import { Queue } from 'bullmq';
import type { DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import { isObjectName } from '../diagnosis/target.ts';
import type { DiagnosisQueue } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import { answering, logErrors, type RedisLink } from './redis.ts';

export interface DiagnosisJob {
  incidentId: string;
  request: DiagnosisRequest;
}

/** A job whose worker dies or shuts down goes to the next one; after so many it is given up. */
export const MAX_TAKES = 4;

const KEEP_DONE = { age: 60 * 60, count: 1000 };
const KEEP_FAILED = { age: 24 * 60 * 60, count: 1000 };

export function diagnosisQueueName(cluster: string): string {
  if (!isObjectName(cluster)) throw new Error(`not a cluster name: ${JSON.stringify(cluster)}`);
  return `diagnose-${cluster}`;
}

/** Channel on which workers hear the name of a cluster whose diagnoses have to end. */
export const stopChannel = (prefix: string): string => `${prefix}:stop`;

export function createDiagnosisQueue(
  link: RedisLink,
  logger: Logger,
): DiagnosisQueue & { close(): Promise<void> } {
  const queues = new Map<string, Queue<DiagnosisJob>>();
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  function queueOf(cluster: string): Queue<DiagnosisJob> {
    const known = queues.get(cluster);
    if (known) return known;
    const queue = new Queue<DiagnosisJob>(diagnosisQueueName(cluster), {
      connection: link.redis,
      prefix: link.prefix,
      defaultJobOptions: { attempts: MAX_TAKES, removeOnComplete: KEEP_DONE, removeOnFail: KEEP_FAILED },
    });
    logErrors(queue, link, logger);
    queues.set(cluster, queue);
    return queue;
  }

  return {
    submit: (incidentId, request) =>
      run(async () => {
        await queueOf(request.cluster).add('diagnose', { incidentId, request }, { jobId: request.id });
      }),
    stateOf: (request) =>
      run(async () => {
        const state = await queueOf(request.cluster).getJobState(request.id);
        if (state === 'unknown') return 'lost';
        if (state === 'completed') return 'done';
        if (state === 'failed') return 'failed';
        return state === 'active' ? 'running' : 'queued';
      }),
    countOf: (cluster) =>
      run(async () => {
        const counts = await queueOf(cluster).getJobCounts('waiting', 'delayed', 'prioritized', 'active');
        const { active = 0, ...waiting } = counts;
        return { queued: Object.values(waiting).reduce((sum, count) => sum + count, 0), running: active };
      }),
    withdraw: (request) =>
      run(async () => {
        // Answers 0 for a job that a worker holds; its result will be refused by the incident.
        await queueOf(request.cluster).remove(request.id);
      }),
    stop: (cluster) =>
      run(async () => {
        await queueOf(cluster).drain(true);
        await link.redis.publish(stopChannel(link.prefix), cluster);
      }),
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
