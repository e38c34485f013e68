// One run of the operations checklist from request to JSON: opens the access to the cluster, has the playbooks and the
// readings ask through it, each question once, and judges the items. Kept and scheduled by others.

import { performance } from 'node:perf_hooks';
import { countAnswers } from './checklist/answer-counts.ts';
import { changesSince } from './checklist/changes.ts';
import type {
  CheckItem,
  ChecklistEnd,
  ChecklistHistory,
  ChecklistRequest,
  CheckResult,
  RunChecklist,
} from './checklist/checklist.ts';
import { judgeDns } from './checklist/dns-success.ts';
import { examinedBy } from './checklist/examined.ts';
import { countPools, judgePools } from './checklist/pools.ts';
import type { TakeSnapshot } from './checklist/recent-changes.ts';
import { judgeDrill, judgePolicies } from './checklist/reviews.ts';
import { takeSnapshot } from './checklist/take-snapshot.ts';
import { judgeVersion } from './checklist/version-support.ts';
import type { ClusterAccess } from './cluster/access.ts';
import { loadKubeConfig } from './cluster/connection.ts';
import { createReplayAccess, type RecordedAnswers } from './cluster/recorded-access.ts';
import { createSharedAccess } from './cluster/shared-access.ts';
import { createWithAccess } from './cluster/with-access.ts';
import type { LiveDiagnoseOptions } from './diagnose.ts';
import { createAsk } from './diagnosis/ask.ts';
import type { Diagnosis } from './diagnosis/diagnosis.ts';
import { runDiagnosis } from './diagnosis/engine.ts';
import type { Facts } from './diagnosis/facts.ts';
import { playbooks } from './playbooks/index.ts';
import { loadFacts } from './probes/cluster-facts.ts';
import { resolveTarget } from './probes/resolve-target.ts';

export interface ChecklistOptions {
  request: ChecklistRequest;
  history: ChecklistHistory;
  signal: AbortSignal;
  onCrash(playbook: string, error: unknown): void;
}

const DEADLINE_MS = 60_000;
const BUDGET = { perNode: 200, total: 2000 };

/** Items that a playbook judges. */
const PLAYBOOK_OF: Partial<Record<CheckItem, string>> = {
  'cni-health': 'cni-health',
  mesh: 'cross-node',
  dns: 'dns',
};

/** The worker's way: the API server by an address that answers, credentials read again as they are renewed. */
export function createLiveChecklist({ kubeconfigPath, context, onCrash }: LiveDiagnoseOptions): RunChecklist {
  const withAccess = createWithAccess(loadKubeConfig(kubeconfigPath, context));
  return (request, history, signal) =>
    withAccess(signal, (access) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
      const options = { request, history, signal: limited, onCrash };
      return runChecklistThrough(access, options, { now: () => new Date() });
    });
}

/** The demo's way: `choose` picks the recorded cluster that stands for the live one. Undefined: it answers no checks. */
export function createReplayChecklist(choose: () => Promise<RecordedAnswers | undefined>): RunChecklist {
  return async (request, history, signal) => {
    const answers = await choose();
    if (!answers)
      return { ok: false, failure: { kind: 'cluster-unreachable', detail: 'no check was recorded here' } };
    const onCrash = (_playbook: string, error: unknown): never => {
      throw error;
    };
    const options = { request, history, signal, onCrash };
    return runChecklistThrough(createReplayAccess(answers), options, { now: () => new Date() });
  };
}

/** For what has changed, beside a diagnosis. */
export function createLiveSnapshot({
  kubeconfigPath,
  context,
}: Omit<LiveDiagnoseOptions, 'onCrash'>): TakeSnapshot {
  const withAccess = createWithAccess(loadKubeConfig(kubeconfigPath, context));
  return (signal) =>
    withAccess(signal, async (access) => {
      const { ask } = createAsk(access, BUDGET, signal, () => undefined);
      const loaded = await loadFacts(ask);
      if (!loaded.ok) return undefined;
      return (await takeSnapshot(ask, loaded.facts, new Date().toISOString())).snapshot;
    });
}

export async function runChecklistThrough(
  access: ClusterAccess,
  options: ChecklistOptions,
  clock: { now(): Date },
): Promise<ChecklistEnd> {
  const { request, history, signal } = options;
  const startMs = performance.now();
  const startedAt = clock.now().toISOString();
  const shared = createSharedAccess(access);
  const { ask } = createAsk(shared, BUDGET, signal, () => undefined);
  const loaded = await loadFacts(ask);
  if (!loaded.ok) return { ok: false, failure: loaded.problem };
  const { facts } = loaded;

  const wants = (item: CheckItem): boolean => request.items.includes(item);
  const [{ snapshot, looked }, answers, ...examined] = await Promise.all([
    takeSnapshot(ask, facts, startedAt),
    wants('dns') ? countAnswers(ask, startedAt) : undefined,
    ...request.items.map(async (item) => ({ item, diagnosis: await examine(shared, item, options, clock) })),
  ]);
  const diagnosisFor = (item: CheckItem): Diagnosis | undefined =>
    examined.find((each) => each.item === item)?.diagnosis;
  const pools = countPools(looked, (node) => ipv4RangeOf(facts, node), startedAt);
  const leftOut = facts.nodes.length - looked.length;

  const judge = (item: CheckItem): CheckResult => {
    const at = startedAt;
    switch (item) {
      case 'cni-health': {
        const { status, examined: params } = verdictOn(diagnosisFor(item), ['cni.version-skew']);
        return { item, at, status, params };
      }
      case 'mesh': {
        const { status, examined: params } = verdictOn(diagnosisFor(item));
        return { item, at, status, params };
      }
      case 'dns': {
        const verdict = verdictOn(diagnosisFor(item));
        return { item, at, ...judgeDns(diagnosisFor(item), verdict, answers, history.answers) };
      }
      case 'pools':
        return { item, at, ...judgePools(pools, history.poolSamples, leftOut) };
      case 'policies':
        return { item, at, ...judgePolicies(facts.cni, snapshot, history.review) };
      case 'drill':
        return { item, at, ...judgeDrill(history.drill, startedAt) };
      case 'version':
        return { item, at, ...judgeVersion(facts.cni, snapshot) };
    }
  };
  const { lastHealthy } = history;
  return {
    ok: true,
    run: {
      ...request,
      startedAt,
      durationMs: Math.round(performance.now() - startMs),
      results: request.items.map(judge),
      snapshot,
      ...(lastHealthy && { changed: changesSince(lastHealthy, snapshot) }),
      ...(wants('pools') && Object.keys(pools.sample.nodes).length > 0 && { poolSample: pools.sample }),
      ...(answers && { answers }),
    },
  };
}

/** Undefined: no playbook judges that item, or the cluster went away in between. */
async function examine(
  access: ClusterAccess,
  item: CheckItem,
  { request, signal, onCrash }: ChecklistOptions,
  clock: { now(): Date },
): Promise<Diagnosis | undefined> {
  const playbook = playbooks.find(({ id }) => id === PLAYBOOK_OF[item]);
  if (!playbook) return undefined;
  const result = await runDiagnosis({
    request: {
      id: `${request.id}-${item}`,
      cluster: request.cluster,
      playbook: playbook.id,
      target: { kind: 'cluster' },
    },
    playbooks: [playbook],
    access,
    ...{ loadFacts, resolveTarget, clock, signal, onCrash },
    // Nothing is offered under a checklist.
    remediationsFor: () => [],
    budget: BUDGET,
    onProgress: () => undefined,
  });
  return result.ok ? result.diagnosis : undefined;
}

const verdictOn = (diagnosis: Diagnosis | undefined, otherItems: string[] = []) =>
  diagnosis ? examinedBy(diagnosis, otherItems) : ({ status: 'unknown', examined: { more: 0 } } as const);

const ipv4RangeOf = ({ nodes }: Facts, node: string): string | undefined =>
  nodes.find(({ name }) => name === node)?.podCidrs.find((range) => range.includes('.'));
