// One execution of an approved plan, as it is written down step by step, and how it can end. Only shapes: the rules are in
// executor.ts, Redis in queue/execution-store.ts.

import type { Verification } from './verify.ts';

/** `do`: the plan's steps; `undo`: those that take them back at once. */
export type Phase = 'do' | 'undo';

export type JournalEntry =
  | { kind: 'begun'; at: string }
  /** Written before the step is sent: from here on it may have happened. */
  | { kind: 'step-intended'; phase: Phase; step: number; at: string }
  /** `found`: it turned out to have happened before the process that did it ended. */
  | { kind: 'step-done'; phase: Phase; step: number; at: string; found: boolean }
  | { kind: 'ended'; at: string; result: ExecutionResult };

export type ExecutionResult =
  /** Nothing was changed. */
  | { status: 'refused'; refusal: ExecutionRefusal }
  /** Stopped between two steps. `done`: the numbers of those that were done, from 0. */
  | { status: 'stopped'; why: 'stopped' | 'deadline'; step: number; done: number[] }
  | { status: 'failed'; step: number; failure: StepFailure; done: number[] }
  | { status: 'applied'; verification: Verification; undone: UndoEnd };

/** `offered`: it can be taken back, by a plan of its own. */
export type UndoEnd = 'none-needed' | 'not-wanted' | 'offered' | 'done' | 'failed';

export type ExecutionRefusal =
  /** Not a plan in a form that is known. */
  | { kind: 'malformed' }
  /** A signature does not verify, or what was signed is not this plan. */
  | { kind: 'forged' }
  | { kind: 'not-approved' }
  | { kind: 'other-cluster'; cluster: string }
  | { kind: 'expired'; expiresAt: string }
  | { kind: 'not-enabled'; remediation: string }
  /** A step that this remediation has no business with. */
  | { kind: 'beyond-rules'; verb: string; resource: string; namespace: string }
  | { kind: 'busy' }
  | { kind: 'changed'; differences: Difference[] }
  /** The API server's answer to the dry run. */
  | { kind: 'rejected'; step: number; failure: StepFailure };

export type StepFailure =
  | { kind: 'changed'; difference: Difference }
  /** A PodDisruptionBudget. */
  | { kind: 'blocked'; detail: string }
  | { kind: 'refused'; detail: string }
  | { kind: 'unreachable'; detail: string }
  /** What was waited for did not come in time. */
  | { kind: 'not-ready'; waitedS: number };

/** How the world differs from what was planned for. Values are shortened; long ones are digests. */
export type Difference =
  | { kind: 'gone'; object: string }
  /** Another object has its name now. */
  | { kind: 'replaced'; object: string }
  /** Somebody did it meanwhile. */
  | { kind: 'already-so'; object: string }
  | { kind: 'value'; object: string; path: string; expected: string; actual: string };

export type Begun =
  /** `resumed`: this nonce was begun before; the journal says how far it got. Starts with `begun` in both cases. */
  | {
      status: 'begun' | 'resumed';
      journal: JournalEntry[];
      /** Lets the next one of that cluster begin. A process that is killed is taken to have done so some seconds later. */
      release(): Promise<void>;
    }
  /** Another execution, or this very one in another process, is under way in that cluster. */
  | { status: 'busy' };

export interface ExecutionStore {
  /** Atomic: of many at once in one cluster, one begins and the others are busy. */
  begin(opening: { nonce: string; cluster: string; at: string }): Promise<Begun>;
  append(nonce: string, entry: JournalEntry): Promise<void>;
}
