// Runs one step of a plan so that it happens once: what may have been sent before is looked for in the cluster first, and a
// change without an answer is looked for before it is sent again. Who writes the journal is executor.ts.

import type { ChangeReply, ClusterControl } from '../cluster/control.ts';
import type { Difference, StepFailure } from './execution.ts';
import type { ChangingStep, Condition } from './plan.ts';
import { inspectStep, isMet, type Mark } from './step-change.ts';

export interface StepContext {
  control: ClusterControl;
  now(): Date;
  pause(ms: number): Promise<void>;
  /** Instant at which the plan is stopped. */
  deadlineAt: Date;
  /** Aborted when somebody pressed stop. */
  stop: AbortSignal;
}

export type StepEnd =
  | { end: 'done'; found: boolean }
  | { end: 'failed'; failure: StepFailure }
  | { end: 'stopped'; why: 'stopped' | 'deadline' };

const CHANGE_TIMEOUT_MS = 10_000;
const POLL_MS = 1000;
const ATTEMPTS = 5;

// Reads of a step go on after a stop: what was sent has to be known before it is reported.
const never = new AbortController().signal;

/** Why nothing more may be sent. Undefined: it may. */
export function stopReason({ now, deadlineAt, stop }: StepContext): 'stopped' | 'deadline' | undefined {
  if (stop.aborted) return 'stopped';
  // Also where the deadline is no instant, because somebody altered the journal.
  return now() < deadlineAt ? undefined : 'deadline';
}

/** `mayHaveHappened`: it was intended before, and nobody wrote down how it ended. */
export async function runStep(
  step: ChangingStep,
  mark: Mark,
  mayHaveHappened: boolean,
  context: StepContext,
): Promise<StepEnd> {
  const { control, pause } = context;
  let isSentNow = false;
  let last: StepFailure = { kind: 'unreachable', detail: '' };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const seen = await inspectStep(step, mark, control, never);
    switch (seen.state) {
      case 'effected':
        return mayHaveHappened || isSentNow
          ? { end: 'done', found: true }
          : failed({ kind: 'changed', difference: { kind: 'already-so', object: seen.object } });
      case 'changed':
        return failed({ kind: 'changed', difference: seen.difference });
      case 'unreadable':
        last = { kind: 'unreachable', detail: seen.detail };
        break;
      case 'pending': {
        // Between two steps, never within one: what was sent now may still be on its way.
        const why = isSentNow ? undefined : stopReason(context);
        if (why) return { end: 'stopped', why };
        const options = { dryRun: false, incidentId: mark.incidentId, timeoutMs: CHANGE_TIMEOUT_MS };
        const reply = await control.change(seen.change, options, never);
        if (reply.status === 'done') return { end: 'done', found: false };
        const failure = failureOf(reply);
        if (failure) return failed(failure);
        if (reply.status === 'unknown') {
          isSentNow = true;
          last = { kind: 'unreachable', detail: reply.detail };
        }
      }
    }
    await pause(POLL_MS);
  }
  return failed(last);
}

/** Asks the API server what it would say. Undefined: it would do it. */
export async function rehearse(
  step: ChangingStep,
  mark: Mark,
  control: ClusterControl,
): Promise<StepFailure | { kind: 'differs'; difference: Difference } | undefined> {
  const seen = await inspectStep(step, mark, control, never);
  if (seen.state === 'effected')
    return { kind: 'differs', difference: { kind: 'already-so', object: seen.object } };
  if (seen.state === 'changed') return { kind: 'differs', difference: seen.difference };
  if (seen.state === 'unreadable') return { kind: 'unreachable', detail: seen.detail };
  const options = { dryRun: true, incidentId: mark.incidentId, timeoutMs: CHANGE_TIMEOUT_MS };
  const reply = await control.change(seen.change, options, never);
  // Somebody was quicker this very moment; running the step looks again.
  if (reply.status === 'done' || reply.status === 'conflict' || reply.status === 'gone') return undefined;
  return failureOf(reply) ?? { kind: 'unreachable', detail: 'detail' in reply ? reply.detail : '' };
}

/** Waits until the condition holds, the step's time or the plan's is over, or somebody stops it. */
export async function runAwait(
  condition: Condition,
  timeoutS: number,
  context: StepContext,
): Promise<StepEnd> {
  const { control, now, pause } = context;
  const until = now().getTime() + timeoutS * 1000;
  for (;;) {
    if (await isMet(condition, control, never)) return { end: 'done', found: false };
    const why = stopReason(context);
    if (why) return { end: 'stopped', why };
    if (now().getTime() >= until) return failed({ kind: 'not-ready', waitedS: timeoutS });
    await pause(POLL_MS);
  }
}

/** Undefined: looking again may tell. */
function failureOf(reply: ChangeReply): StepFailure | undefined {
  switch (reply.status) {
    case 'blocked':
      return { kind: 'blocked', detail: reply.detail };
    case 'refused':
      return { kind: 'refused', detail: reply.detail };
    default:
      return undefined;
  }
}

const failed = (failure: StepFailure): StepEnd => ({ end: 'failed', failure });
