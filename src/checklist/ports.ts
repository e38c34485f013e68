// What the checklist needs from the outside: a store, a queue to the cluster's worker, and a surface that tells people.
// Only shapes; Redis and Slack implement them.

import type {
  CheckItem,
  ChecklistEnd,
  ChecklistHistory,
  ChecklistRequest,
  ChecklistRun,
  CheckResult,
  Drill,
} from './checklist.ts';

/** Where the answer of a check that a person asked for has to go. */
export interface Asker {
  channel: string;
  /** Root of the thread in which it was asked; absent outside of threads. */
  threadTs?: string;
  /** User id. */
  by: string;
  language: 'en' | 'zh';
}

/** A run as it is kept; its snapshot is kept apart. */
export type KeptRun = Omit<ChecklistRun, 'snapshot'>;

export interface ChecklistStore {
  historyOf(cluster: string): Promise<ChecklistHistory>;
  /** Keeps results and samples; the settings become those of the last healthy check when the network is healthy. */
  keep(run: ChecklistRun): Promise<void>;
  /** Undefined: it has expired. */
  loadRun(id: string): Promise<KeptRun | undefined>;
  /** The last result of each item that was ever checked, in the order of the list. */
  latestOf(cluster: string): Promise<CheckResult[]>;
  /** The last result of each item that people were told of. */
  toldOf(cluster: string): Promise<CheckResult[]>;
  markTold(cluster: string, results: CheckResult[]): Promise<void>;
  /** The policies are reviewed as that run saw them; false when it has expired. */
  review(run: string, by: string, at: string): Promise<boolean>;
  recordDrill(cluster: string, drill: Drill): Promise<void>;
}

export interface ChecklistOrder {
  request: ChecklistRequest;
  /** Absent: the schedule asks. */
  asked?: Asker;
}

export interface ChecklistQueue {
  /** Enqueues once per request id. */
  submit(order: ChecklistOrder): Promise<void>;
}

/** How an order ended. */
export interface OrderEnded extends ChecklistOrder {
  failure?: Extract<ChecklistEnd, { ok: false }>['failure'];
}

export type ChecklistReport =
  /** All that a person asked for. */
  | { kind: 'answer'; run: KeptRun; asked: Asker }
  | {
      kind: 'no-answer';
      id: string;
      cluster: string;
      failure: NonNullable<OrderEnded['failure']>;
      asked: Asker;
    }
  /** What a scheduled run found to be different. */
  | { kind: 'news'; run: KeptRun; items: CheckItem[] }
  /** The last result of every item. */
  | { kind: 'digest'; cluster: string; results: CheckResult[] };

export interface ChecklistSurface {
  /** Throws SurfaceRateLimited or SurfaceUnreachable like any surface; anything else is tried again. */
  tell(report: ChecklistReport): Promise<void>;
}
