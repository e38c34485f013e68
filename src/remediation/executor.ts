// Carries out one approved plan, and survives being killed at any point: every step is written down before and after it, and
// what was begun is taken up where it stands. It refuses, stops and fails with a reason, and ends in the proof.
//
//   admit -> begin (once for each nonce) -> rehearse all steps -> step by step -> verify -> undo if the plan says so -> end

import type { ClusterControl } from '../cluster/control.ts';
import { type Admission, admit } from './admission.ts';
import type { ApprovedPlan } from './approval.ts';
import type {
  Begun,
  Difference,
  ExecutionRefusal,
  ExecutionResult,
  ExecutionStore,
  JournalEntry,
  Phase,
  UndoEnd,
} from './execution.ts';
import type { ChangingStep, Plan, Step } from './plan.ts';
import { rehearse, runAwait, runStep, type StepContext, type StepEnd, stopReason } from './run-step.ts';
import type { Mark } from './step-change.ts';
import { type DiagnoseAgain, type Verification, verifyPlan } from './verify.ts';

export interface ExecutorPorts {
  admission: Admission;
  control: ClusterControl;
  store: ExecutionStore;
  diagnose: DiagnoseAgain;
  now(): Date;
  pause(ms: number): Promise<void>;
  /** After each entry of the journal, for the thread. */
  onProgress(approved: ApprovedPlan, journal: readonly JournalEntry[]): void;
}

export interface Executed {
  /** Absent: what was handed over is no plan at all. */
  approved?: ApprovedPlan;
  result: ExecutionResult;
  /** It had ended before: nothing was done now. */
  isRepeated: boolean;
}

// Names resolve and tunnels learn within seconds of a mended cause; what fails twice fails.
const VERIFY_ATTEMPTS = 2;
const VERIFY_PAUSE_MS = 10_000;
/** What two proofs may take at most. */
const PROOF_MS = 6 * 60_000;

/** `handed`: whatever came out of the queue. Rejects only when a port does, and may then be called again with the same. */
export async function executePlan(
  handed: unknown,
  ports: ExecutorPorts,
  stop: AbortSignal,
): Promise<Executed> {
  const admitted = admit(handed, ports.admission);
  if (!admitted.ok) return { result: refused(admitted.refusal), isRepeated: false };
  const { approved } = admitted;
  const { plan, terms } = approved;
  const opening = { nonce: terms.nonce, cluster: plan.cluster, at: ports.now().toISOString() };
  const begun = await ports.store.begin(opening);
  if (begun.status === 'busy') return { approved, result: refused({ kind: 'busy' }), isRepeated: false };
  try {
    return await continueExecution(approved, begun, ports, stop);
  } finally {
    await begun.release();
  }
}

async function continueExecution(
  approved: ApprovedPlan,
  begun: Exclude<Begun, { status: 'busy' }>,
  ports: ExecutorPorts,
  stop: AbortSignal,
): Promise<Executed> {
  const { nonce, expiresAt } = approved.terms;
  const ended = begun.journal.find((entry) => entry.kind === 'ended');
  if (ended) return { approved, result: ended.result, isRepeated: true };
  const journal = [...begun.journal];
  const write = async (entry: JournalEntry): Promise<void> => {
    await ports.store.append(nonce, entry);
    journal.push(entry);
    ports.onProgress(approved, journal);
  };
  const result = isLate(approved, begun, ports.now())
    ? refused({ kind: 'expired', expiresAt })
    : await carryOut({ approved, journal, write, ports, stop });
  await write({ kind: 'ended', at: ports.now().toISOString(), result });
  return { approved, result, isRepeated: false };
}

/** A plan that was begun in time is also ended, unless it has changed nothing and its own time is over as well. */
function isLate(
  { plan, terms }: ApprovedPlan,
  { status, journal }: Exclude<Begun, { status: 'busy' }>,
  now: Date,
): boolean {
  const graceMs = status === 'resumed' ? plan.deadlineS * 1000 : 0;
  return isFresh(journal) && now.getTime() >= Date.parse(terms.expiresAt) + graceMs;
}

interface Run {
  approved: ApprovedPlan;
  journal: readonly JournalEntry[];
  write(entry: JournalEntry): Promise<void>;
  ports: ExecutorPorts;
  stop: AbortSignal;
}

async function carryOut(run: Run): Promise<ExecutionResult> {
  const { plan } = run.approved;
  if (isFresh(run.journal)) {
    const refusal = await rehearseAll(run);
    if (refusal) return refused(refusal);
  }
  const stopped = await runSteps(run, 'do', plan.steps);
  if (stopped) return stopped;
  const verification = await verify(run);
  return { status: 'applied', verification, undone: await undo(run, verification) };
}

/** Looks at every object and has the API server try every change before the first one is made. */
async function rehearseAll({ approved, ports }: Run): Promise<ExecutionRefusal | undefined> {
  const { steps } = approved.plan;
  const differences: Difference[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'await') continue;
    const failure = await rehearse(step, markOf(approved, 'do', index), ports.control);
    if (failure?.kind === 'differs') differences.push(failure.difference);
    else if (failure) return { kind: 'rejected', step: index, failure };
  }
  return differences.length > 0 ? { kind: 'changed', differences } : undefined;
}

/** Undefined: all steps are done. */
async function runSteps(
  run: Run,
  phase: Phase,
  steps: readonly Step[],
): Promise<Extract<ExecutionResult, { status: 'stopped' | 'failed' }> | undefined> {
  const context = contextOf(run, phase);
  for (const [index, step] of steps.entries()) {
    if (isDone(run.journal, phase, index)) continue;
    // What may have been sent has to be looked for before anything is said of it, stopped or not.
    const why = isIntended(run.journal, phase, index) ? undefined : stopReason(context);
    const end = why ? ({ end: 'stopped', why } as const) : await runOne(run, phase, index, step, context);
    const done = doneOf(run.journal, phase);
    if (end.end === 'stopped') return { status: 'stopped', why: end.why, step: index, done };
    if (end.end === 'failed') return { status: 'failed', step: index, failure: end.failure, done };
  }
  return undefined;
}

async function runOne(
  run: Run,
  phase: Phase,
  index: number,
  step: Step,
  context: StepContext,
): Promise<StepEnd> {
  const { approved, journal, write, ports } = run;
  const entry = (): { phase: Phase; step: number; at: string } => ({
    ...{ phase, step: index },
    at: ports.now().toISOString(),
  });
  const wasIntended = isIntended(journal, phase, index);
  if (!wasIntended) await write({ kind: 'step-intended', ...entry() });
  const end = await (step.kind === 'await'
    ? runAwait(step.condition, step.timeoutS, context)
    : runStep(step satisfies ChangingStep, markOf(approved, phase, index), wasIntended, context));
  if (end.end === 'done') await write({ kind: 'step-done', ...entry(), found: end.found });
  return end;
}

async function verify({ approved, ports, stop }: Run): Promise<Verification> {
  let seen: Verification = { verdict: 'unclear', legs: [] };
  for (let attempt = 1; attempt <= VERIFY_ATTEMPTS; attempt += 1) {
    if (attempt > 1) await ports.pause(VERIFY_PAUSE_MS);
    seen = await verifyPlan(approved.plan, `${approved.terms.nonce}-v${attempt}`, ports, stop);
    if (seen.verdict === 'fixed' || seen.verdict === 'other-cause') break;
  }
  return seen;
}

async function undo(run: Run, { verdict }: Verification): Promise<UndoEnd> {
  const { undo: way } = run.approved.plan;
  if (way.kind === 'none-needed') return 'none-needed';
  if (verdict === 'fixed' || verdict === 'other-cause') return 'not-wanted';
  if (!way.automatic || verdict === 'unclear') return 'offered';
  return (await runSteps(run, 'undo', way.steps)) === undefined ? 'done' : 'failed';
}

function contextOf({ approved, journal, ports, stop }: Run, phase: Phase): StepContext {
  const { plan, terms } = approved;
  const begunAt = journal.find((entry) => isBeginning(entry, phase))?.at ?? ports.now().toISOString();
  const deadlineMs = plan.deadlineS * 1000;
  // A journal in Redis that says something later was not written by an execution that was allowed to begin. Taking back has a
  // time of its own: the proof that came before it takes minutes.
  const latestMs = Date.parse(terms.expiresAt) + (phase === 'undo' ? deadlineMs + PROOF_MS : 0);
  const deadlineAt = new Date(Math.min(Date.parse(begunAt), latestMs) + deadlineMs);
  return { control: ports.control, now: ports.now, pause: ports.pause, deadlineAt, stop };
}

const isBeginning = (entry: JournalEntry, phase: Phase): boolean =>
  phase === 'do' ? entry.kind === 'begun' : entry.kind === 'step-intended' && entry.phase === 'undo';

const markOf = (
  { plan, terms }: { plan: Plan; terms: { nonce: string } },
  phase: Phase,
  index: number,
): Mark => ({
  incidentId: plan.incidentId,
  id: `${terms.nonce}.${phase}.${index}`,
});

/** Nothing can have been changed yet. */
const isFresh = (journal: readonly JournalEntry[]): boolean =>
  !journal.some(({ kind }) => kind === 'step-intended');

const isIntended = (journal: readonly JournalEntry[], phase: Phase, step: number): boolean =>
  journal.some((entry) => entry.kind === 'step-intended' && entry.phase === phase && entry.step === step);

const isDone = (journal: readonly JournalEntry[], phase: Phase, step: number): boolean =>
  journal.some((entry) => entry.kind === 'step-done' && entry.phase === phase && entry.step === step);

const doneOf = (journal: readonly JournalEntry[], phase: Phase): number[] =>
  journal.flatMap((entry) => (entry.kind === 'step-done' && entry.phase === phase ? [entry.step] : []));

const refused = (refusal: ExecutionRefusal): ExecutionResult => ({ status: 'refused', refusal });
