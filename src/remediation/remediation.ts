// The remediation contract: a catalogued fix that plans itself for one finding by asking the API server again. It
// changes nothing; a plan is approved (`approval.ts`) and carried out (`executor.ts`) by others.

import type { UnavailableReason } from '../cluster/access.ts';
import type { ObjectRef } from '../cluster/control.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { Finding, FindingCode } from '../diagnosis/finding.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { Aim, Hazard, Plan, Risk, Step } from './plan.ts';

export type Remediation = AutomaticRemediation | ManualRemediation;

/** A fix that a machine must not make: the finding's own steps are copied by a person, who then has it checked again. */
export interface ManualRemediation {
  kind: 'manual';
  id: string;
  fixes: readonly FindingCode[];
}

export interface AutomaticRemediation {
  kind: 'automatic';
  id: string;
  risk: Risk;
  /** Absent: to mend. */
  aim?: Aim;
  fixes: readonly FindingCode[];
  /** Whether it mends a finding with one of these codes, by the cause that the finding names. Absent: always. */
  suits?(finding: Finding): boolean;
  /** All that it may do. A step beyond them is refused, whatever was approved. */
  rules(scope: Scope): RbacRule[];
  plan(context: PlanContext): Promise<Draft | Unfit>;
}

/** What an installation lets the remediator touch beside kube-system's DNS and kube-proxy and nodes. */
export interface Scope {
  cni: {
    namespace: string;
    daemonSet: string;
    /** Absent: the CNI has none that is known. */
    configMap?: string;
  };
  /** Namespaces of applications whose Services, Deployments and pods it may mend. Empty: none. */
  namespaces: readonly string[];
}

export interface RbacRule {
  /** Absent: cluster-wide. */
  namespace?: string;
  /** API group; empty for the core. */
  group: string;
  resource: string;
  /** Absent: all, because names are not known before. */
  names?: readonly string[];
  verbs: readonly string[];
}

export interface PlanContext {
  finding: Finding;
  facts: Facts;
  scope: Scope;
  ask: Ask;
  /** Instant at which the cluster is read. */
  at: string;
  /** The last value that a setting had while all was well. Undefined: none was kept. */
  healthy(setting: SettingRef): Promise<HealthySetting | undefined>;
}

/** A member of an object that is kept while all is well, so that it can be put back. */
export interface SettingRef {
  object: ObjectRef;
  path: (string | number)[];
}

export interface HealthySetting {
  /** Any JSON; null: there was none. */
  value: unknown;
  /** Instant at which it was read. */
  at: string;
}

/** What a remediation works out; `plan-remediation.ts` makes a plan of it. */
export interface Draft {
  status: 'drafted';
  steps: Step[];
  durationS: number;
  hazards: Hazard[];
  /** Pods that get other names; absent: none of those that were diagnosed does. */
  successors?: Plan['verify']['successors'];
  /** Whether what was set is set back at once when the fix does not help. Default: it is offered. */
  undoAutomatically?: boolean;
}

export interface Unfit {
  status: 'unfit';
  reason: UnfitReason;
}

/** Why a remediation does not fit a finding that it is there for. */
export type UnfitReason =
  /** The finding has a cause that it does not mend. */
  | { kind: 'other-cause'; cause: string }
  /** No healthy value is kept. */
  | { kind: 'no-snapshot'; object: ObjectRef }
  /** The object already is as the fix would make it. */
  | { kind: 'already-so'; object: ObjectRef }
  | { kind: 'object-missing'; object: ObjectRef }
  | { kind: 'unreadable'; what: string; reason: UnavailableReason }
  /** Nobody would make that pod anew. */
  | { kind: 'unowned-pod'; pod: string }
  /** Its owner is not one whose pods may be replaced like this; `owner` as `StatefulSet/name`. */
  | { kind: 'owner-not-simple'; pod: string; owner: string }
  /** What would be replaced is the only one that works. */
  | { kind: 'last-one'; name: string }
  /** Not exactly one value fits. */
  | { kind: 'no-single-candidate'; candidates: string[] }
  /** Its pods are replaced only when somebody deletes them. */
  | { kind: 'on-delete'; workload: string }
  | { kind: 'beyond-scope'; namespace: string }
  | { kind: 'too-many'; count: number; limit: number }
  | { kind: 'nothing-to-do' };

/** What a finding names as its cause; undefined: its code says it all. */
export const causeOf = ({ params }: Finding): string | undefined =>
  'cause' in params ? String(params.cause) : undefined;

export const unfit = (reason: UnfitReason): Unfit => ({ status: 'unfit', reason });
