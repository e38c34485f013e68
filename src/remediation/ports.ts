// What asking for a fix needs from the outside: where proposals are kept, who works plans out, who carries them out, where
// people see them. Only shapes; Redis, the cluster's processes and Slack implement them.

import type { Language } from '../incidents/intent.ts';
import type { ApprovalRequest, ApprovedPlan } from './approval.ts';
import type { JournalEntry } from './execution.ts';
import type { Plan } from './plan.ts';
import type { UnfitReason } from './remediation.ts';

/** A remediation that a person wants worked out for one finding. */
export interface PlanOrder {
  /** Equal ids are one order, however often it is delivered. */
  id: string;
  cluster: string;
  incidentId: string;
  diagnosisId: string;
  /** Place among the diagnosis' findings. */
  finding: number;
  /** Id in the catalogue. */
  remediation: string;
  /** Slack user id. */
  requestedBy: string;
  requestedAt: string;
}

export type PlanEnd =
  | { kind: 'planned'; plan: Plan }
  | { kind: 'unfit'; reason: UnfitReason }
  /**
   * `no-answer`: no worker did in time, and somebody asked anew. `diagnosis-gone`: it has expired. `not-enabled`: this
   * cluster's worker may not plan it.
   */
  | {
      kind: 'failed';
      why: 'no-answer' | 'cluster-unreachable' | 'diagnosis-gone' | 'not-enabled' | 'internal';
    };

/** One fix, from the click that asked for it to its end: the record that its message in the thread is drawn from. */
export interface Proposal {
  /** That of its order; an undo has one of its own. */
  id: string;
  order: PlanOrder;
  /** The bot's signature of the order and its thread. */
  seal: string;
  /** Absent: it is being worked out. */
  end?: PlanEnd;
  /** Present as soon as there is a plan. */
  request?: ApprovalRequest;
  /** Who had it stopped; absent: nobody. */
  stoppedBy?: string;
  /** Id of the proposal that takes this one back; absent: nobody has asked for that. */
  undoneBy?: string;
  language: Language;
  thread: {
    channel: string;
    rootTs: string;
    /** Absent while its message is not posted. */
    messageTs?: string;
  };
}

export interface SeenProposal {
  proposal: Proposal;
  /** What the remediator has written down; empty: nothing yet. */
  journal: JournalEntry[];
}

export interface ProposalStore {
  create(proposal: Proposal): Promise<'created' | 'repeated'>;
  /** Undefined: it is unknown, or has expired. */
  load(id: string): Promise<SeenProposal | undefined>;
  /** Atomic. `change` may run several times and returns undefined where nothing is to be changed. Undefined: nothing was. */
  change(id: string, change: (proposal: Proposal) => Proposal | undefined): Promise<Proposal | undefined>;
}

export interface ProposalQueue {
  /** To a worker of the order's cluster; once per order id. */
  plan(order: PlanOrder): Promise<void>;
  /** To the remediator of the plan's cluster; once per nonce. */
  execute(proposalId: string, approved: ApprovedPlan): Promise<void>;
  /** The remediator stops before its next step. */
  stop(cluster: string, nonce: string): Promise<void>;
  /** Has the proposal's present state drawn soon. */
  wake(proposalId: string): Promise<void>;
}

/** Where people see a proposal: one message in its incident's thread, drawn whole each time. */
export interface ProposalSurface {
  /** Throws SurfaceRateLimited or SurfaceUnreachable like any surface; anything else is tried again. */
  render(seen: SeenProposal, nowMs: number): Promise<{ messageTs?: string }>;
}
