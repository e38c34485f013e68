// What the checklist remembers, in Redis. Everything is bounded: one result an item, one snapshot a cluster, a list of
// samples, and runs that expire.
//
//   <prefix>:checklist:<cluster>     hash: last:<item>, told:<item>, healthy, candidate, answers, review, drill
//   <prefix>:pool-samples:<cluster>  list of samples, the newest first
//   <prefix>:check-run:<id>          hash: run, policies (as that run saw them)

import { isDeepStrictEqual } from 'node:util';
import {
  type AnswerSample,
  type ChecklistHistory,
  type ChecklistRun,
  type CheckResult,
  checkItems,
  type Drill,
  type PolicyReview,
  type PoolSample,
} from '../checklist/checklist.ts';
import { afterCheck, isHealthy } from '../checklist/healthy.ts';
import type { ChecklistStore, KeptRun } from '../checklist/ports.ts';
import { policiesOf } from '../checklist/reviews.ts';
import type { Snapshot } from '../checklist/snapshot.ts';
import { answering, type RedisLink } from './redis.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Results of a day ago say nothing of now. */
const HEALTHY_MAX_AGE_MS = DAY_MS;
/** Two weeks of hourly samples. */
const MAX_POOL_SAMPLES = 336;
const KEEP_RUN_SECONDS = (2 * DAY_MS) / 1000;
/** A run with policies has the button under which somebody reviews them, perhaps next month. */
const KEEP_REVIEWABLE_SECONDS = (30 * DAY_MS) / 1000;

export function createChecklistStore(link: RedisLink): ChecklistStore {
  const { redis, prefix } = link;
  const clusterKey = (cluster: string): string => `${prefix}:checklist:${cluster}`;
  const samplesKey = (cluster: string): string => `${prefix}:pool-samples:${cluster}`;
  const runKey = (id: string): string => `${prefix}:check-run:${id}`;
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  async function field<T>(cluster: string, name: string): Promise<T | undefined> {
    return read<T>(await redis.hget(clusterKey(cluster), name));
  }

  const setField = (cluster: string, name: string, value: unknown): Promise<number> =>
    redis.hset(clusterKey(cluster), name, JSON.stringify(value));

  async function results(cluster: string, kind: 'last' | 'told'): Promise<CheckResult[]> {
    const texts = await redis.hmget(clusterKey(cluster), ...checkItems.map((item) => `${kind}:${item}`));
    return texts.flatMap((text) => read<CheckResult>(text) ?? []);
  }

  async function setResults(cluster: string, kind: 'last' | 'told', of: CheckResult[]): Promise<void> {
    const fields = of.flatMap((result) => [`${kind}:${result.item}`, JSON.stringify(result)]);
    if (fields.length > 0) await redis.hset(clusterKey(cluster), ...fields);
  }

  async function historyOf(cluster: string): Promise<ChecklistHistory> {
    const [samples, answers, review, drill, lastHealthy] = await Promise.all([
      redis.lrange(samplesKey(cluster), 0, -1),
      field<AnswerSample>(cluster, 'answers'),
      field<PolicyReview>(cluster, 'review'),
      field<Drill>(cluster, 'drill'),
      field<Snapshot>(cluster, 'healthy'),
    ]);
    return {
      poolSamples: samples.map((text) => JSON.parse(text) as PoolSample).toReversed(),
      ...(answers && { answers }),
      ...(review && { review }),
      ...(drill && { drill }),
      ...(lastHealthy && { lastHealthy }),
    };
  }

  async function keep({ snapshot, ...kept }: ChecklistRun): Promise<void> {
    const { id, cluster, items, startedAt, poolSample, answers } = kept;
    const reviewable = items.includes('policies');
    const policies = reviewable ? ['policies', JSON.stringify(policiesOf(snapshot))] : [];
    await redis.hset(runKey(id), 'run', JSON.stringify(kept), ...policies);
    await redis.expire(runKey(id), reviewable ? KEEP_REVIEWABLE_SECONDS : KEEP_RUN_SECONDS);
    await setResults(cluster, 'last', kept.results);
    if (answers) await setField(cluster, 'answers', answers);
    if (poolSample) await keepSample(cluster, poolSample);
    await keepSettings(cluster, snapshot, startedAt);
  }

  async function keepSettings(cluster: string, snapshot: Snapshot, at: string): Promise<void> {
    const [proven, candidate] = await Promise.all([
      field<Snapshot>(cluster, 'healthy'),
      field<Snapshot>(cluster, 'candidate'),
    ]);
    const known = { ...(proven && { proven }), ...(candidate && { candidate }) };
    const next = afterCheck(
      known,
      snapshot,
      isHealthy(await results(cluster, 'last'), at, HEALTHY_MAX_AGE_MS),
    );
    if (next.proven) await setField(cluster, 'healthy', next.proven);
    if (next.candidate) await setField(cluster, 'candidate', next.candidate);
    else await redis.hdel(clusterKey(cluster), 'candidate');
  }

  /** A run that is taken twice leaves one sample. */
  async function keepSample(cluster: string, sample: PoolSample): Promise<void> {
    const newest = read<PoolSample>(await redis.lindex(samplesKey(cluster), 0));
    if (newest && isDeepStrictEqual(newest, sample)) return;
    await redis.lpush(samplesKey(cluster), JSON.stringify(sample));
    await redis.ltrim(samplesKey(cluster), 0, MAX_POOL_SAMPLES - 1);
  }

  async function review(id: string, by: string, at: string): Promise<boolean> {
    const [text, policies] = await redis.hmget(runKey(id), 'run', 'policies');
    const reviewed = read<KeptRun>(text);
    const snapshot = read<Snapshot>(policies);
    if (!reviewed || !snapshot) return false;
    await setField(reviewed.cluster, 'review', { at, by, snapshot } satisfies PolicyReview);
    return true;
  }

  return {
    historyOf: (cluster) => run(() => historyOf(cluster)),
    keep: (of) => run(() => keep(of)),
    loadRun: (id) => run(async () => read<KeptRun>(await redis.hget(runKey(id), 'run'))),
    latestOf: (cluster) => run(() => results(cluster, 'last')),
    toldOf: (cluster) => run(() => results(cluster, 'told')),
    markTold: (cluster, of) => run(() => setResults(cluster, 'told', of)),
    review: (id, by, at) => run(() => review(id, by, at)),
    recordDrill: (cluster, drill) => run(async () => void (await setField(cluster, 'drill', drill))),
  };
}

const read = <T>(text: string | null | undefined): T | undefined =>
  text ? (JSON.parse(text) as T) : undefined;
