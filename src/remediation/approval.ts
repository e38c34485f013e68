// Who may approve what, until when, and how often: pure rules over one request. Every request and every approval is signed as
// it is made, so that nothing which was altered in between counts. Instants and people come from outside.
//
//   waiting ──enough approvals──> approved ──the remediator takes it, once──> …
//   waiting ──one rejection──> rejected        waiting ──expiresAt──> (every decision is refused)

import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { digestOf, Plan, type Risk } from './plan.ts';
import { isSigned, signatureOf } from './signature.ts';

export interface ApprovalPolicy {
  rules: ApprovalRule[];
  /** How long a request waits. */
  expiryMinutes: number;
  /** From this risk up an approval needs a reason. Absent: never. */
  reasonFrom?: Risk;
}

/** One rule that fits is enough. */
export interface ApprovalRule {
  /** Absent: all clusters. */
  cluster?: string;
  risks: readonly Risk[];
  /** Ids, never names: a name can be changed by its owner. */
  users: readonly string[];
  /** Ids of user groups. */
  groups: readonly string[];
}

/** A person as the surface knows them at the moment of the decision. */
export interface Person {
  id: string;
  groups: readonly string[];
  /** Not deactivated, and no bot. */
  isActive: boolean;
}

const terms = z.strictObject({
  /** Single use: the remediator carries out one execution for each. */
  nonce: z.string().min(16),
  /** Of the plan. */
  digest: z.string().length(64),
  cluster: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  incidentId: z.string(),
  diagnosisId: z.string(),
  requestedBy: z.string().min(1),
  requestedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type Terms = z.infer<typeof terms>;

const approval = z.strictObject({
  by: z.string().min(1),
  at: z.iso.datetime(),
  /** Empty: none was given. */
  reason: z.string(),
  signature: z.string(),
});
type Approval = z.infer<typeof approval>;

/** What goes to the remediator. Comes back from Redis, so it is a schema. */
export const ApprovedPlan = z.strictObject({
  plan: Plan,
  terms,
  /** Of the terms, by which they cannot be altered. */
  signature: z.string(),
  approvals: z.array(approval),
});
export type ApprovedPlan = z.infer<typeof ApprovedPlan>;

export interface ApprovalRequest extends ApprovedPlan {
  state: 'waiting' | 'approved' | 'rejected';
  rejected?: { by: string; at: string; reason: string };
}

export interface Decision {
  kind: 'approve' | 'reject';
  by: Person;
  at: string;
  /** As they stand on the button that was pressed. */
  nonce: string;
  digest: string;
  /** Empty: none was given. */
  reason: string;
}

export type DecisionRefusal =
  | { kind: 'expired'; expiresAt: string }
  | { kind: 'already-decided'; state: 'approved' | 'rejected' }
  /** The button belongs to another plan, such as that of an older message. */
  | { kind: 'other-plan' }
  /** What is stored is not what was requested: somebody altered it. */
  | { kind: 'altered' }
  | { kind: 'inactive' }
  | { kind: 'not-allowed'; risk: Risk }
  | { kind: 'own-request' }
  | { kind: 'approved-before' }
  | { kind: 'reason-missing' };

export type Decided = { ok: true; request: ApprovalRequest } | { ok: false; refusal: DecisionRefusal };

const ORDER: Record<Risk, number> = { low: 0, medium: 1, high: 2 };
const isFrom = (risk: Risk, least: Risk): boolean => ORDER[risk] >= ORDER[least];

export const approvalsNeeded = (risk: Risk): number => (risk === 'high' ? 2 : 1);
const mayBeOwn = (risk: Risk): boolean => risk === 'low';

export function requestApproval(
  plan: Plan,
  by: string,
  request: { nonce: string; at: string },
  policy: ApprovalPolicy,
  key: KeyObject,
): ApprovalRequest {
  const expiresAt = new Date(Date.parse(request.at) + policy.expiryMinutes * 60_000).toISOString();
  const { cluster, risk, incidentId, diagnosisId } = plan;
  const made: Terms = {
    ...{ nonce: request.nonce, digest: digestOf(plan), cluster, risk, incidentId, diagnosisId },
    ...{ requestedBy: by, requestedAt: request.at, expiresAt },
  };
  return { plan, terms: made, signature: signatureOf('request', made, key), approvals: [], state: 'waiting' };
}

/** `keys`: the bot's own. A decision that does not count says why, and changes nothing. */
export function decide(
  request: ApprovalRequest,
  decision: Decision,
  policy: ApprovalPolicy,
  keys: { privateKey: KeyObject; publicKey: KeyObject },
): Decided {
  const refusal = refusalOf(request, decision, policy, keys.publicKey);
  if (refusal) return { ok: false, refusal };
  const { at, reason } = decision;
  const by = decision.by.id;
  if (decision.kind === 'reject')
    return { ok: true, request: { ...request, state: 'rejected', rejected: { by, at, reason } } };
  const given = { by, at, reason };
  const signature = signatureOf('approval', { terms: request.terms, ...given }, keys.privateKey);
  const approvals = [...request.approvals, { ...given, signature }];
  const isEnough = approvals.length >= approvalsNeeded(request.terms.risk);
  return { ok: true, request: { ...request, approvals, state: isEnough ? 'approved' : 'waiting' } };
}

function refusalOf(
  request: ApprovalRequest,
  { kind, by, at, nonce, digest, reason }: Decision,
  policy: ApprovalPolicy,
  key: KeyObject,
): DecisionRefusal | undefined {
  const { risk, expiresAt, requestedBy, cluster } = request.terms;
  if (nonce !== request.terms.nonce || digest !== request.terms.digest) return { kind: 'other-plan' };
  if (!isGenuine(request, key)) return { kind: 'altered' };
  if (request.state !== 'waiting') return { kind: 'already-decided', state: request.state };
  if (Date.parse(at) >= Date.parse(expiresAt)) return { kind: 'expired', expiresAt };
  if (!by.isActive) return { kind: 'inactive' };
  // Whoever asked for it may always take it back.
  if (kind === 'reject' && by.id === requestedBy) return undefined;
  if (!isAllowed(by, cluster, risk, policy)) return { kind: 'not-allowed', risk };
  if (kind === 'reject') return undefined;
  if (by.id === requestedBy && !mayBeOwn(risk)) return { kind: 'own-request' };
  if (request.approvals.some((given) => given.by === by.id)) return { kind: 'approved-before' };
  if (policy.reasonFrom !== undefined && isFrom(risk, policy.reasonFrom) && reason.trim() === '')
    return { kind: 'reason-missing' };
  return undefined;
}

const isAllowed = (person: Person, cluster: string, risk: Risk, { rules }: ApprovalPolicy): boolean =>
  rules.some(
    (rule) =>
      (rule.cluster === undefined || rule.cluster === cluster) &&
      rule.risks.includes(risk) &&
      (rule.users.includes(person.id) || rule.groups.some((group) => person.groups.includes(group))),
  );

/** Terms and approvals are as they were signed, and the terms are those of this plan. */
export const isGenuine = (
  { plan, terms: made, signature, approvals }: ApprovedPlan,
  key: KeyObject,
): boolean =>
  isSigned('request', made, signature, key) &&
  approvals.every((given) => isGenuineApproval(given, made, key)) &&
  digestOf(plan) === made.digest &&
  made.cluster === plan.cluster &&
  made.risk === plan.risk &&
  made.incidentId === plan.incidentId &&
  made.diagnosisId === plan.diagnosisId;

const isGenuineApproval = ({ signature, ...given }: Approval, made: Terms, key: KeyObject): boolean =>
  isSigned('approval', { terms: made, ...given }, signature, key);

/** Whether enough different people said yes before it expired; asked again where it is carried out. */
export function isApproved({ terms: made, approvals }: ApprovedPlan): boolean {
  const people = new Set(
    approvals
      .filter(
        ({ by, at }) =>
          Date.parse(at) < Date.parse(made.expiresAt) && (by !== made.requestedBy || mayBeOwn(made.risk)),
      )
      .map(({ by }) => by),
  );
  return people.size >= approvalsNeeded(made.risk);
}
