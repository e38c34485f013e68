// Runs the playbooks of one request concurrently over one ask session and makes the diagnosis of their outcomes.
// Instants come from outside; it opens no connection and knows no playbook by name.

import type { ClusterAccess } from '../cluster/access.ts';
import { type AskProgress, createAsk, type ProbeBudget } from './ask.ts';
import type { Diagnosis, DiagnosisRequest, PlaybookOutcome } from './diagnosis.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import type { Ask, Outcome, Playbook } from './playbook.ts';
import { foldExplained, mergeEqual, rankFindings } from './rank.ts';
import type { TargetProblem, TargetResolution } from './target.ts';

export interface EngineInput {
  request: DiagnosisRequest;
  /** Those asked for, in the registry's order. */
  playbooks: Playbook[];
  access: ClusterAccess;
  /** Reads the facts that every playbook needs; a problem ends the diagnosis before any playbook runs. */
  loadFacts(ask: Ask): Promise<{ ok: true; facts: Facts } | { ok: false; problem: ClusterProblem }>;
  /** Completes what the user abbreviated, or says what does not exist. */
  resolveTarget(request: DiagnosisRequest, facts: Facts, ask: Ask): Promise<TargetResolution>;
  /** Ids of what is offered for a finding, in that order. */
  remediationsFor(finding: Finding): string[];
  budget: ProbeBudget;
  clock: { now(): Date };
  signal: AbortSignal;
  onProgress(progress: RunProgress): void;
  /** A playbook threw: our bug. Its outcome is inconclusive; the others go on. */
  onCrash(playbook: string, error: unknown): void;
}

export type RunProgress = AskProgress & {
  /** What the cluster is made of: the first thing that is known, seconds before any verdict. */
  overview?: { cni: string; nodes: number; notReady: string[] };
};

export type ClusterProblem =
  | { kind: 'cluster-unreachable'; detail: string }
  | { kind: 'no-permission'; detail: string };

export type EngineResult =
  | { ok: true; diagnosis: Diagnosis }
  | { ok: false; problem: ClusterProblem | TargetProblem };

export async function runDiagnosis(input: EngineInput): Promise<EngineResult> {
  const startedAt = input.clock.now();
  let overview: RunProgress['overview'];
  const session = createAsk(input.access, input.budget, input.signal, (progress) =>
    input.onProgress({ ...progress, ...(overview && { overview }) }),
  );

  const loaded = await input.loadFacts(session.ask);
  if (!loaded.ok) return loaded;
  const { facts } = loaded;
  overview = {
    cni: facts.cni,
    nodes: facts.nodes.length,
    notReady: facts.nodes.filter(({ ready }) => !ready).map(({ name }) => name),
  };
  const resolved = await input.resolveTarget(input.request, facts, session.ask);
  if (!resolved.ok) return resolved;
  const { target } = resolved;

  const runs = await Promise.all(
    input.playbooks.map(async (playbook) => {
      if (!playbook.appliesTo(target, facts).applies) return { playbook, outcome: undefined };
      try {
        return { playbook, outcome: await playbook.diagnose({ target, facts, ask: session.ask }) };
      } catch (error) {
        input.onCrash(playbook.id, error);
        return { playbook, outcome: crashed(playbook.id) };
      }
    }),
  );

  const probes = await session.records();
  const findings = runs.flatMap((run): Finding[] =>
    (run.outcome?.findings ?? []).map((each) => ({ ...each, remediations: input.remediationsFor(each) })),
  );
  const { kept, explained } = foldExplained(mergeEqual(findings));
  return {
    ok: true,
    diagnosis: {
      schemaVersion: 1,
      id: input.request.id,
      cluster: input.request.cluster,
      playbook: input.request.playbook,
      target,
      facts,
      outcomes: runs.map(({ playbook, outcome }) => summarize(playbook.id, outcome)),
      findings: rankFindings(kept),
      ...(explained.length > 0 && { explained: rankFindings(explained) }),
      probes,
      startedAt: startedAt.toISOString(),
      durationMs: input.clock.now().getTime() - startedAt.getTime(),
    },
  };
}

const crashed = (playbook: string): Outcome => ({
  outcome: 'inconclusive',
  reasons: [{ kind: 'crashed', playbook }],
  findings: [],
  known: [],
  legs: [],
  unchecked: [],
});

function summarize(playbook: string, outcome: Outcome | undefined): PlaybookOutcome {
  if (!outcome)
    return { playbook, outcome: 'not-applicable', reasons: [], known: [], legs: [], unchecked: [] };
  return {
    playbook,
    outcome: outcome.outcome,
    reasons: outcome.outcome === 'inconclusive' ? outcome.reasons : [],
    known: outcome.outcome === 'inconclusive' ? outcome.known : [],
    legs: outcome.legs,
    unchecked: outcome.unchecked,
    ...(outcome.coverage && { coverage: outcome.coverage }),
  };
}
