// One diagnosis from request to JSON: opens the access to the cluster (live or a recorded bundle), runs the engine with
// the registry's playbooks, records when asked. The worker, the command line and the demo all come through here.

import { performance } from 'node:perf_hooks';
import type { ClusterAccess } from './cluster/access.ts';
import { createApiEntrance } from './cluster/api-entrance.ts';
import { type ApiConnection, loadKubeConfig } from './cluster/connection.ts';
import { createLiveAccess } from './cluster/live-access.ts';
import {
  createRecordingAccess,
  createReplayAccess,
  type RecordedAnswers,
} from './cluster/recorded-access.ts';
import type { Diagnosis, DiagnosisRequest } from './diagnosis/diagnosis.ts';
import { type EngineResult, type RunProgress, runDiagnosis } from './diagnosis/engine.ts';
import type { Progress } from './incidents/incident.ts';
import type { Diagnose } from './incidents/ports.ts';
import { playbooks } from './playbooks/index.ts';
import { loadFacts } from './probes/cluster-facts.ts';
import { resolveTarget } from './probes/resolve-target.ts';
import { remediationIdsFor } from './remediation/catalog/index.ts';

/** Everything that a verdict came from. `--replay` of it gives the same diagnosis, byte for byte, without a cluster. */
export interface Bundle {
  bundleVersion: 1;
  request: DiagnosisRequest;
  answers: RecordedAnswers;
  diagnosis: Diagnosis;
}

export interface DiagnoseOptions {
  request: DiagnosisRequest;
  /** Ids of fixes that the installation carries out, which alone are offered. Absent: all of the catalogue are named. */
  enabledFixes?: readonly string[];
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  onCrash(playbook: string, error: unknown): void;
}

// A verdict that takes longer helps nobody at 3 a.m.; what is outstanding by then is reported as cancelled.
const DEADLINE_MS = 60_000;
const BUDGET = { perNode: 200, total: 2000 };
const MAX_WAITING_SHOWN = 5;

/** Asks the cluster of a connection and records all answers. */
export async function diagnoseLive(
  connection: ApiConnection,
  options: DiagnoseOptions,
): Promise<{ result: EngineResult; bundle: Bundle | undefined }> {
  await using access = createLiveAccess(connection);
  const recording = createRecordingAccess(access);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const result = await diagnoseThrough(recording, { ...options, signal }, { now: () => new Date() });
  const { request } = options;
  const bundle: Bundle | undefined = result.ok
    ? { bundleVersion: 1, request, answers: recording.answers(), diagnosis: result.diagnosis }
    : undefined;
  return { result, bundle };
}

/** Runs the playbooks of today on the answers of a bundle; its clock is the bundle's. */
export function diagnoseReplay(bundle: Bundle, options: DiagnoseOptions): Promise<EngineResult> {
  const startedAtMs = Date.parse(bundle.diagnosis.startedAt);
  const instants = [startedAtMs, startedAtMs + bundle.diagnosis.durationMs];
  const clock = { now: () => new Date(instants.shift() ?? startedAtMs) };
  return diagnoseThrough(createReplayAccess(bundle.answers), options, clock);
}

function diagnoseThrough(
  access: ClusterAccess,
  { request, enabledFixes, signal, onProgress, onCrash }: DiagnoseOptions,
  clock: { now(): Date },
): Promise<EngineResult> {
  const startMs = performance.now();
  const wanted = playbooks.filter(({ id }) => request.playbook === 'cluster' || id === request.playbook);
  return runDiagnosis({
    request,
    playbooks: wanted,
    access,
    loadFacts,
    resolveTarget,
    remediationsFor: (finding) => remediationIdsFor(finding, enabledFixes),
    budget: BUDGET,
    clock,
    signal,
    onProgress: (progress) => onProgress(toProgress(progress, performance.now() - startMs)),
    onCrash,
  });
}

const toProgress = ({ done, total, waiting, overview }: RunProgress, elapsedMs: number): Progress => ({
  ...(overview && { overview }),
  done,
  total,
  elapsedMs: Math.round(elapsedMs),
  waiting: waiting.slice(0, MAX_WAITING_SHOWN),
});

export interface LiveDiagnoseOptions extends Pick<DiagnoseOptions, 'enabledFixes'> {
  kubeconfigPath?: string;
  context?: string;
  onCrash(playbook: string, error: unknown): void;
}

/** The worker's way: the API server by an address that answers, credentials read again as they are renewed. */
export function createLiveDiagnose({ kubeconfigPath, context, ...options }: LiveDiagnoseOptions): Diagnose {
  const entrance = createApiEntrance(loadKubeConfig(kubeconfigPath, context));
  return async (request, onProgress, signal) => {
    const connection = await entrance.choose(signal);
    const { result } = await diagnoseLive(connection, { request, signal, onProgress, ...options });
    return result.ok ? result : { ok: false, failure: result.problem };
  };
}

/** The demo's way: `choose` picks the recorded cluster that stands for the live one. */
export function createReplayDiagnose(choose: (request: DiagnosisRequest) => Bundle): Diagnose {
  return async (request, onProgress, signal) => {
    const bundle = choose(request);
    const replayed = { ...bundle.request, id: request.id, cluster: request.cluster };
    const result = await diagnoseReplay(bundle, { request: replayed, signal, onProgress, onCrash: rethrow });
    return result.ok ? result : { ok: false, failure: result.problem };
  };
}

const rethrow = (_playbook: string, error: unknown): never => {
  throw error;
};
