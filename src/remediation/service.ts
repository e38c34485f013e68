// The bot's side of fixes: takes what people ask for and decide, signs what counts, and hands it on. It reads no cluster and
// changes none; every act ends in the audit, those that did not count as well.

import { type KeyObject, randomBytes } from 'node:crypto';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Language } from '../incidents/intent.ts';
import {
  type ApprovalPolicy,
  type Decision,
  type DecisionRefusal,
  decide,
  isGenuine,
  requestApproval,
} from './approval.ts';
import type { AuditAct, AuditEvent } from './audit.ts';
import { remediationsFor } from './catalog/index.ts';
import type { ExecutionResult, JournalEntry } from './execution.ts';
import { digestOf } from './plan.ts';
import { planUndo } from './plan-remediation.ts';
import type { PlanEnd, PlanOrder, Proposal, ProposalQueue, ProposalStore, SeenProposal } from './ports.ts';
import { isAsAsked, sealOf } from './proposal-seal.ts';
import { isUnderWay, type ProposalState, stateOf } from './proposal-state.ts';

export interface Wanted {
  incident: { id: string; channel: string; rootTs: string };
  diagnosis: Diagnosis;
  /** Place among the diagnosis' findings. */
  finding: number;
  remediation: string;
  by: string;
  language: Language;
  /** Equal keys are one request while it is under way; after its end they ask anew. */
  requestKey: string;
}

export type ProposeReply =
  /** `joined`: it was asked for before and is under way. */
  | { kind: 'proposed' | 'joined' }
  /** `no-worker`: none of the cluster is alive, so nobody could work a plan out. */
  | { kind: 'refused'; refusal: 'unknown-fix' | 'no-worker' };

export type DecideReply =
  | { kind: 'decided' }
  | { kind: 'refused'; refusal: DecisionRefusal | { kind: 'unknown-proposal' } };

export type ActOnProposal =
  | { kind: 'done' }
  /** Nothing of it runs; it cannot be taken back, or was; or nobody knows it any more. */
  | { kind: 'refused'; refusal: 'unknown-proposal' | 'not-running' | 'nothing-to-undo' };

export interface RemediationService {
  /** Has a plan worked out; its message comes into the thread. */
  propose(wanted: Wanted): Promise<ProposeReply>;
  decide(id: string, decision: Omit<Decision, 'at'>): Promise<DecideReply>;
  /** Anybody in the channel may stop; to go on needs a new plan. */
  stop(id: string, by: string): Promise<ActOnProposal>;
  /** A plan of its own, which needs its own approval. */
  undo(id: string, by: string): Promise<ActOnProposal>;
  /** Undefined: it is unknown, or has expired. */
  look(id: string): Promise<SeenProposal | undefined>;
  /** What the worker has worked out. */
  planned(id: string, end: PlanEnd): Promise<void>;
}

export interface RemediationParts {
  store: ProposalStore;
  queue: ProposalQueue;
  audit: { append(event: AuditEvent): Promise<unknown> };
  policy: ApprovalPolicy;
  keys: { privateKey: KeyObject; publicKey: KeyObject };
  clock: { now(): Date };
  /** Whether a worker of that cluster is alive. */
  hasWorker(cluster: string): Promise<boolean>;
  /** Told of each yes that counts: it answers the incident. */
  onApproved(incidentId: string, by: string, at: string): Promise<void>;
}

export function createRemediationService(parts: RemediationParts): RemediationService {
  const { store, queue, audit, policy, keys } = parts;
  const now = (): string => parts.clock.now().toISOString();
  const newNonce = (): string => randomBytes(16).toString('hex');

  const note = (what: AuditAct, who: string, { order, request }: Proposal, result = ''): Promise<unknown> =>
    audit.append({
      ...{ at: now(), who, what, result },
      ...{ cluster: order.cluster, incidentId: order.incidentId, remediation: order.remediation },
      digest: request?.terms.digest ?? '',
    });

  async function propose(wanted: Wanted): Promise<ProposeReply> {
    const { incident, diagnosis, finding, remediation, by, language, requestKey } = wanted;
    const found = diagnosis.findings[finding];
    const offered = found ? remediationsFor(found) : [];
    if (!offered.some(({ kind, id }) => kind === 'automatic' && id === remediation))
      return { kind: 'refused', refusal: 'unknown-fix' };
    if (!(await parts.hasWorker(diagnosis.cluster))) return { kind: 'refused', refusal: 'no-worker' };
    const order: PlanOrder = {
      ...{
        id: await idFor(requestKey),
        cluster: diagnosis.cluster,
        incidentId: incident.id,
        diagnosisId: diagnosis.id,
      },
      ...{ finding, remediation, requestedBy: by, requestedAt: now() },
    };
    const thread = { channel: incident.channel, rootTs: incident.rootTs };
    const asked = { id: order.id, order, thread };
    const proposal: Proposal = { ...asked, language, seal: sealOf(asked, keys.privateKey) };
    const created = await store.create(proposal);
    if (created === 'created') await note('requested', by, proposal);
    // Both may be repeated: what was cut off between them is done again by the second delivery of the click.
    await queue.plan(order);
    await queue.wake(order.id);
    return { kind: created === 'created' ? 'proposed' : 'joined' };
  }

  async function idFor(key: string): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const id = attempt === 1 ? key : `${key}-${attempt}`;
      if ((await stateNow(id)) === 'unanswered') await giveUp(id);
      // Again, since its plan may have come at that very moment.
      const state = await stateNow(id);
      if (state === undefined || isUnderWay(state)) return id;
    }
  }

  async function stateNow(id: string): Promise<ProposalState | undefined> {
    const seen = await store.load(id);
    return seen && stateOf(seen, parts.clock.now().getTime());
  }

  /** Asked anew: a plan that comes now would be a second one for the same fault. */
  async function giveUp(id: string): Promise<void> {
    const end: PlanEnd = { kind: 'failed', why: 'no-answer' };
    const changed = await store.change(id, (proposal) => (proposal.end ? undefined : { ...proposal, end }));
    if (!changed) return;
    await note('planned', 'bot', changed, JSON.stringify(end));
    await queue.wake(id);
  }

  async function planned(id: string, end: PlanEnd): Promise<void> {
    const changed = await store.change(id, (proposal) => {
      if (proposal.end) return undefined;
      if (end.kind !== 'planned') return { ...proposal, end };
      if (!isAsAsked(proposal, keys.publicKey))
        return { ...proposal, end: { kind: 'failed', why: 'internal' } };
      const asked = { nonce: newNonce(), at: now() };
      const request = requestApproval(end.plan, proposal.order.requestedBy, asked, policy, keys.privateKey);
      return { ...proposal, end, request };
    });
    if (changed) await note('planned', 'bot', changed, end.kind === 'planned' ? '' : JSON.stringify(end));
    await queue.wake(id);
  }

  async function decided(id: string, given: Omit<Decision, 'at'>): Promise<DecideReply> {
    const decision: Decision = { ...given, at: now() };
    const refusals: DecisionRefusal[] = [];
    const changed = await store.change(id, (proposal) => {
      refusals.length = 0;
      if (!proposal.request) return undefined;
      const made: ReturnType<typeof decide> = isAsAsked(proposal, keys.publicKey)
        ? decide(proposal.request, decision, policy, keys)
        : { ok: false, refusal: { kind: 'altered' } };
      if (made.ok) return { ...proposal, request: made.request };
      refusals.push(made.refusal);
      return undefined;
    });
    const [refusal] = refusals;
    if (!changed) return refuse(id, decision, refusal);
    await note(decision.kind === 'approve' ? 'approved' : 'rejected', decision.by.id, changed, given.reason);
    await handOn(changed);
    if (decision.kind === 'approve')
      await parts.onApproved(changed.order.incidentId, decision.by.id, decision.at);
    await queue.wake(id);
    return { kind: 'decided' };
  }

  async function refuse(
    id: string,
    { by }: Decision,
    refusal: DecisionRefusal | undefined,
  ): Promise<DecideReply> {
    const seen = await store.load(id);
    if (!seen || !refusal) return { kind: 'refused', refusal: { kind: 'unknown-proposal' } };
    await note('refused', by.id, seen.proposal, refusal.kind);
    // A click whose execution was not handed on, because the bot died or Redis went away, hands it on now.
    await handOn(seen.proposal);
    // The message may still show what was true before: that it waits, though it has expired.
    await queue.wake(id);
    return { kind: 'refused', refusal };
  }

  async function handOn({ id, request }: Proposal): Promise<void> {
    if (request?.state !== 'approved') return;
    const { plan, terms, signature, approvals } = request;
    await queue.execute(id, { plan, terms, signature, approvals });
  }

  async function stop(id: string, by: string): Promise<ActOnProposal> {
    const seen = await store.load(id);
    if (!seen) return { kind: 'refused', refusal: 'unknown-proposal' };
    const { request } = seen.proposal;
    if (request?.state !== 'approved' || resultOf(seen.journal))
      return { kind: 'refused', refusal: 'not-running' };
    await queue.stop(request.terms.cluster, request.terms.nonce);
    await store.change(id, (proposal) => ({ ...proposal, stoppedBy: by }));
    await note('rejected', by, seen.proposal, 'stop');
    await queue.wake(id);
    return { kind: 'done' };
  }

  async function undo(id: string, by: string): Promise<ActOnProposal> {
    const seen = await store.load(id);
    if (!seen) return { kind: 'refused', refusal: 'unknown-proposal' };
    const { proposal, journal } = seen;
    const request = proposal.request;
    if (request && !(isAsAsked(proposal, keys.publicKey) && isGenuine(request, keys.publicKey)))
      return { kind: 'refused', refusal: 'unknown-proposal' };
    const plan = request && planUndo(request.plan, digestOf(request.plan), stepsLeftDone(journal), now());
    if (!plan || (await isTakenBack(proposal))) return { kind: 'refused', refusal: 'nothing-to-undo' };
    const undoId = await idFor(`${id}-undo`);
    const order: PlanOrder = { ...proposal.order, id: undoId, requestedBy: by, requestedAt: plan.plannedAt };
    const { messageTs: _, ...thread } = proposal.thread;
    const asked = { id: undoId, order, thread };
    const seal = sealOf(asked, keys.privateKey);
    const taking: Proposal = { ...asked, seal, language: proposal.language };
    if ((await store.create(taking)) === 'created') await note('requested', by, taking, 'undo');
    await planned(undoId, { kind: 'planned', plan });
    await store.change(id, (current) => ({ ...current, undoneBy: undoId }));
    await queue.wake(id);
    return { kind: 'done' };
  }

  /** An undo that was rejected, expired, refused or broke off may be asked for again: what it did already it finds changed. */
  async function isTakenBack({ undoneBy }: Proposal): Promise<boolean> {
    const seen = undoneBy === undefined ? undefined : await store.load(undoneBy);
    if (!seen) return false;
    const state = stateOf(seen, parts.clock.now().getTime());
    return isUnderWay(state) || (state === 'ended' && resultOf(seen.journal)?.status === 'applied');
  }

  return { propose, decide: decided, stop, undo, look: store.load, planned };
}

/** How it ended; undefined: it has not. */
export const resultOf = (journal: readonly JournalEntry[]): ExecutionResult | undefined =>
  journal.find((entry) => entry.kind === 'ended')?.result;

/** Steps that were done and not taken back at once. */
export function stepsLeftDone(journal: readonly JournalEntry[]): number[] {
  const result = resultOf(journal);
  if (!result || (result.status === 'applied' && result.undone === 'done')) return [];
  return journal.flatMap((entry) => (entry.kind === 'step-done' && entry.phase === 'do' ? [entry.step] : []));
}
