// The operations checklist: seven items, what each came to, and what has to be remembered from one run to the next. Plain
// JSON, and only shapes; the judgements are beside this file.

import type { UnavailableReason } from '../cluster/access.ts';
import type { ClusterProblem } from '../diagnosis/engine.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { Coverage, InconclusiveReason } from '../diagnosis/playbook.ts';
import type { Change, RecentChanges } from '../diagnosis/recent-changes.ts';
import type { AddressUse } from '../playbooks/cni-health/address-use.ts';
import type { AnswerCounts } from '../probes/coredns-metrics.ts';
import type { Snapshot } from './snapshot.ts';

/** In the order of the source guide's list (8.2). */
export const checkItems = ['cni-health', 'pools', 'mesh', 'dns', 'policies', 'drill', 'version'] as const;
export type CheckItem = (typeof checkItems)[number];

/** `unknown` is never fine: it could not be checked. */
export type CheckStatus = 'fine' | 'attention' | 'failed' | 'unknown';

export type CheckResult = {
  [I in CheckItem]: {
    item: I;
    status: CheckStatus;
    params: CheckParams[I];
    /** ISO 8601. */
    at: string;
  };
}[CheckItem];

export interface CheckParams {
  'cni-health': Examined;
  pools: {
    /** Nodes at the threshold or above, the fullest first. */
    crowded: PoolUse[];
    /** Absent: none was counted. */
    fullest?: PoolUse;
    /** The node whose range is full first if it goes on like this. Absent: none fills up. */
    forecast?: { node: string; fullInMs: number };
    counted: number;
    /** Nodes whose addresses could not be counted. */
    unseen: string[];
    /** Nodes that were left out of the sample. */
    leftOut: number;
  };
  mesh: Examined;
  dns: Examined & {
    /** Absent: nothing was answered, or nothing could be asked. */
    rate?: SuccessRate;
  };
  policies: {
    /** Since the review; the latest first, at most twenty. */
    changes: Change[];
    changed: number;
    policies: number;
    /** Absent: nobody has reviewed them yet. */
    review?: { at: string; by: string };
    /** Absent: the list was read. */
    unseen?: UnavailableReason;
    /** Policies of the CNI's own that are not read: `CiliumNetworkPolicy`, ... */
    unread: string[];
  };
  drill: {
    /** Absent: never. */
    last?: Drill;
  };
  version: {
    /** The most common first. */
    versions: { version: string; nodes: string[] }[];
    support: 'supported' | 'unsupported' | 'not-known';
    /** Lines that the project maintains, the newest first; empty: not known. */
    maintained: string[];
    /** Day on which that was looked up: `2026-09-05`. Empty: not known. */
    lookedUpOn: string;
    /** Absent: they were seen. */
    unseen?: UnavailableReason;
  };
}

/** What a playbook found. */
export interface Examined {
  /** The first root cause or, when there is none, the first advice. Its evidence is not kept. */
  finding?: Finding;
  /** How many more there are of its kind. */
  more: number;
  /** Why there is no verdict. */
  reason?: InconclusiveReason;
  /** Absent: the whole cluster. */
  coverage?: Coverage;
  /** One node has no way to another. */
  notApplicable?: true;
}

export interface PoolUse extends AddressUse {
  node: string;
}

export interface SuccessRate {
  answers: number;
  failed: number;
  /** `metrics`: CoreDNS's own counts; `probing`: our queries just now. */
  basis: 'metrics' | 'probing';
  /** ISO 8601 instant since which CoreDNS has counted. Absent with `probing`. */
  since?: string;
}

export interface Drill {
  /** ISO 8601. */
  at: string;
  /** User id. */
  by: string;
  /** What was broken on purpose, in the person's words. */
  what: string;
  result: 'passed' | 'failed';
}

/** Addresses in use, node by node, at one instant. */
export interface PoolSample {
  at: string;
  nodes: Record<string, AddressUse>;
}

/** Counts of each CoreDNS pod, by UID, at one instant. */
export interface AnswerSample {
  at: string;
  pods: Record<string, AnswerCounts>;
}

/** A person has seen all policies as they were then. */
export interface PolicyReview {
  at: string;
  /** User id. */
  by: string;
  /** Of policies only. */
  snapshot: Snapshot;
}

/** What earlier runs and people left behind for the next one. */
export interface ChecklistHistory {
  /** Oldest first. */
  poolSamples: PoolSample[];
  answers?: AnswerSample;
  review?: PolicyReview;
  drill?: Drill;
  lastHealthy?: Snapshot;
}

export interface ChecklistRequest {
  /** Equal ids are one run. */
  id: string;
  cluster: string;
  items: CheckItem[];
}

export interface ChecklistRun extends ChecklistRequest {
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  results: CheckResult[];
  snapshot: Snapshot;
  /** Since the last healthy check. Absent: there was none yet. */
  changed?: RecentChanges;
  /** Absent: nothing could be counted. */
  poolSample?: PoolSample;
  answers?: AnswerSample;
}

export type ChecklistEnd =
  | { ok: true; run: ChecklistRun }
  | { ok: false; failure: ClusterProblem | { kind: 'timed-out' | 'internal' } };

/** Asks the cluster once and judges what was asked for. Expected failures are data. */
export type RunChecklist = (
  request: ChecklistRequest,
  history: ChecklistHistory,
  signal: AbortSignal,
) => Promise<ChecklistEnd>;
