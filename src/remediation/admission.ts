// Whether the remediator may act on what it was handed: all that can be judged from the paper alone, before the cluster is
// asked anything. It trusts nobody but the public key and its own settings.

import type { KeyObject } from 'node:crypto';
import { ApprovedPlan, isApproved, isGenuine } from './approval.ts';
import { automaticRemediation } from './catalog/index.ts';
import type { ExecutionRefusal } from './execution.ts';
import { followsFromSteps } from './plan-remediation.ts';
import type { Scope } from './remediation.ts';
import { beyondRules } from './step-rights.ts';

export interface Admission {
  /** The one cluster that this remediator acts on. */
  cluster: string;
  /** Ids of remediations; empty: nothing is ever done. */
  enabled: readonly string[];
  scope: Scope;
  publicKey: KeyObject;
}

export type Admitted = { ok: true; approved: ApprovedPlan } | { ok: false; refusal: ExecutionRefusal };

/** `handed`: whatever came out of the queue. Expiry is judged by whoever knows whether it was begun before. */
export function admit(handed: unknown, { cluster, enabled, scope, publicKey }: Admission): Admitted {
  const parsed = ApprovedPlan.safeParse(handed);
  if (!parsed.success) return refused({ kind: 'malformed' });
  const { plan } = parsed.data;
  if (!isGenuine(parsed.data, publicKey)) return refused({ kind: 'forged' });
  if (plan.cluster !== cluster) return refused({ kind: 'other-cluster', cluster: plan.cluster });
  if (!isApproved(parsed.data)) return refused({ kind: 'not-approved' });
  const remediation = automaticRemediation(plan.remediation);
  if (!remediation || !enabled.includes(plan.remediation))
    return refused({ kind: 'not-enabled', remediation: plan.remediation });
  // A plan that calls itself less risky than it is was not made here.
  if (remediation.risk !== plan.risk) return refused({ kind: 'forged' });
  const undoSteps = plan.undo.kind === 'steps' ? plan.undo.steps : [];
  const beyond = beyondRules([...plan.steps, ...undoSteps], remediation.rules(scope));
  if (beyond) {
    const { verb, resource, namespace = '' } = beyond;
    return refused({ kind: 'beyond-rules', verb, resource, namespace });
  }
  // What people are not shown step by step has to be what the steps say.
  if (!followsFromSteps(plan)) return refused({ kind: 'forged' });
  return { ok: true, approved: parsed.data };
}

const refused = (refusal: ExecutionRefusal): Admitted => ({ ok: false, refusal });
