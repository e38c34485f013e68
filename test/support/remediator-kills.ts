// Kills of a real remediator: where in a plan, and many of them at once, each followed by a fresh process that ends the work.
// What is reported of each is only what Redis and the API server know.

import type { ExecutionResult, JournalEntry } from '../../src/remediation/execution.ts';
import type { ChangingStep, Plan, Step } from '../../src/remediation/plan.ts';
import type { RemediableFault } from './remediable-faults.ts';
import { type KillPoint, openRemediationSite, type RemediationSite } from './remediation-site.ts';
import { sampleDiagnosis } from './sample-diagnosis.ts';

export interface Kill {
  fault: RemediableFault;
  /** What is shown when it goes wrong. */
  name: string;
  /** Resolves when the process is gone. */
  happen(site: RemediationSite, fault: RemediableFault): Promise<void>;
}

export interface Report {
  name: string;
  result: ExecutionResult;
  /** Requests that changed the cluster, dry runs apart. */
  changes: number;
  journal: string[];
  /** Without lines that say the same as the one before. */
  audit: string[];
  /** Lines of the audit that were written twice. */
  repeated: number;
  diagnosed: string[];
}

/** At most so many processes at once; each takes one kill after the other. */
const LANES = 4;

export async function reportsOf(kills: readonly Kill[]): Promise<Report[]> {
  const reports: Report[] = [];
  const waiting = kills.entries();
  const lane = async (): Promise<void> => {
    const site = await openRemediationSite();
    await site.startRemediator();
    for (const [place, kill] of waiting) reports[place] = await killedOnce(site, kill);
  };
  await Promise.all(Array.from({ length: Math.min(LANES, kills.length) }, lane));
  return reports;
}

async function killedOnce(site: RemediationSite, { name, fault, happen }: Kill): Promise<Report> {
  const here = await site.breakIt(fault);
  const { nonce } = here.approved.terms;
  const killed = happen(site, fault);
  await site.queue.execute(nonce, here.approved);
  await killed;
  await site.startRemediator();

  const journal = await here.ended();
  const lines = (await here.audit()).map(({ what, result }) => `${what} ${result}`.trim());
  const audit = lines.filter((line, index) => line !== lines[index - 1]);
  const diagnosed = site.diagnosed.filter((id) => id.startsWith(nonce)).map((id) => id.slice(nonce.length));
  return {
    ...{ name, audit, diagnosed },
    result: resultOf(journal),
    changes: here.cluster.changes.length,
    journal: journal.map(inWords),
    repeated: lines.length - audit.length,
  };
}

export function resultOf(journal: readonly JournalEntry[]): ExecutionResult {
  const end = journal.at(-1);
  if (end?.kind !== 'ended') throw new Error('it has not ended');
  return end.result;
}

export const inWords = (entry: JournalEntry): string =>
  'step' in entry ? `${entry.kind} ${entry.phase} ${entry.step + 1}` : entry.kind;

export const isChange = (step: Step): step is ChangingStep => step.kind !== 'await';

/** What the journal of a plan says that was carried out, whatever happened to the processes that did. */
export const journalFor = (plan: Plan): string[] => [
  'begun',
  ...plan.steps.flatMap((_, step) => [`step-intended do ${step + 1}`, `step-done do ${step + 1}`]),
  'ended',
];

export const auditFor = (plan: Plan): string[] => [
  'begun',
  ...plan.steps.map((_, step) => `step-done do ${step + 1}`),
  'ended applied fixed',
];

/** The request that really makes this change. */
export function changeRequest(step: ChangingStep): RegExp {
  const { resource, name } =
    step.kind === 'set'
      ? step.object
      : step.kind === 'restart'
        ? step.workload
        : { resource: 'pods', ...step.pod };
  return new RegExp(`^(PATCH|POST|DELETE) \\S*/${resource}/${name}[/? ](?!.*dryRun)`, 's');
}

export const entry = (kind: JournalEntry['kind'], step?: number, phase = 'do'): RegExp =>
  new RegExp(`"kind":"${kind}"${step === undefined ? '' : `,"phase":"${phase}","step":${step},`}`);

export const at =
  (point: KillPoint): Kill['happen'] =>
  (site) =>
    site.killAt(point);

/** The proof runs that has this number, from 1; those before it come to no verdict. */
export const whileDiagnosing =
  (attempt: number): Kill['happen'] =>
  (site) => {
    const gone = Promise.withResolvers<void>();
    const { diagnose } = site;
    site.diagnose = (request) => {
      if (!request.id.endsWith(`-v${attempt}`)) return undefined;
      site.diagnose = diagnose;
      const cleared = sampleDiagnosis(request, 'cleared');
      return site
        .kill()
        .then(gone.resolve)
        .then(() => cleared);
    };
    return gone.promise;
  };

/** What was done does not help; killed at that point of taking it back. */
export const whileTakingBack =
  (point: KillPoint): Kill['happen'] =>
  (site, fault) => {
    const gone = Promise.withResolvers<void>();
    site.diagnose = (request) => {
      // The second look is the last thing before.
      if (request.id.endsWith('-v2')) void site.killAt(point).then(gone.resolve);
      return { ...sampleDiagnosis(request, 'root-cause'), findings: [fault.finding] };
    };
    return gone.promise;
  };
