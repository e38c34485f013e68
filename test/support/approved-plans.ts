// Approved plans with keys of their own, and a bench on which they are carried out: a clock that only pauses move, a journal
// in memory, and a diagnosis that says what the test wants.

import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import {
  type ApprovalPolicy,
  type ApprovalRequest,
  approvalsNeeded,
  type Decision,
  decide,
  type Person,
  requestApproval,
} from '../../src/remediation/approval.ts';
import { catalogue } from '../../src/remediation/catalog/index.ts';
import type { ExecutionStore, JournalEntry } from '../../src/remediation/execution.ts';
import { type Executed, type ExecutorPorts, executePlan } from '../../src/remediation/executor.ts';
import type { Plan } from '../../src/remediation/plan.ts';
import { generateKeys, readPrivateKey, readPublicKey } from '../../src/remediation/signature.ts';
import { type ChangeableCluster, createChangeableCluster } from './changeable-cluster.ts';
import { diagnosisOf, plannedFor, scope } from './planned-remedies.ts';
import type { RemediableFault } from './remediable-faults.ts';
import { PLANNED_AT } from './remediable-objects.ts';
import { sampleDiagnosis } from './sample-diagnosis.ts';

/** As PEM texts. */
export const pair = generateKeys();
export const keys = { privateKey: readPrivateKey(pair.privateKey), publicKey: readPublicKey(pair.publicKey) };

export const policy: ApprovalPolicy = {
  rules: [
    { risks: ['low', 'medium', 'high'], users: ['U-lead'], groups: ['S-oncall'] },
    { cluster: 'prod-eu', risks: ['low'], users: ['U-junior'], groups: [] },
  ],
  expiryMinutes: 15,
};

const REQUESTED_AT = PLANNED_AT;
export const minutesLater = (minutes: number): string =>
  new Date(Date.parse(REQUESTED_AT) + minutes * 60_000).toISOString();

export const person = (id: string, groups: string[] = ['S-oncall']): Person => ({
  id,
  groups,
  isActive: true,
});

export const requestFor = (
  plan: Plan,
  nonce = 'nonce-0123456789abcdef',
  at = REQUESTED_AT,
): ApprovalRequest => requestApproval(plan, 'U-requester', { nonce, at }, policy, keys.privateKey);

export const decision = (request: ApprovalRequest, changes: Partial<Decision> = {}): Decision => ({
  kind: 'approve',
  by: person('U-lead'),
  at: minutesLater(1),
  nonce: request.terms.nonce,
  digest: request.terms.digest,
  reason: '',
  ...changes,
});

/** With as many yeses as its risk needs. */
export function approve(request: ApprovalRequest, at = minutesLater(1)): ApprovalRequest {
  const people = ['U-lead', 'U-second'].slice(0, approvalsNeeded(request.terms.risk));
  return people.reduce((current, id) => {
    const decided = decide(current, decision(current, { by: person(id), at }), policy, keys);
    if (!decided.ok) throw new Error(decided.refusal.kind);
    return decided.request;
  }, request);
}

/** As it comes out of the queue. */
export const handed = ({ plan, terms, signature, approvals }: ApprovalRequest): unknown =>
  JSON.parse(JSON.stringify({ plan, terms, signature, approvals }));

export interface Bench {
  cluster: ChangeableCluster;
  plan: Plan;
  request: ApprovalRequest;
  ports: ExecutorPorts;
  journals: Map<string, JournalEntry[]>;
  /** Ids of the diagnoses that were asked for. */
  diagnosed: string[];
  advance(minutes: number): void;
  run(ports?: Partial<ExecutorPorts>, stop?: AbortSignal): Promise<Executed>;
}

export async function benchFor(
  fault: RemediableFault,
  outcome: 'cleared' | 'root-cause' | 'inconclusive' = 'cleared',
): Promise<Bench> {
  const cluster = createChangeableCluster(fault.objects);
  const plan = await plannedFor(fault, cluster);
  const request = approve(requestFor(plan));
  const journals = new Map<string, JournalEntry[]>();
  const diagnosed: string[] = [];
  let nowMs = Date.parse(minutesLater(2));
  const now = (): Date => new Date(nowMs);
  const ports: ExecutorPorts = {
    admission: {
      cluster: 'prod-eu',
      enabled: catalogue.map(({ id }) => id),
      scope,
      publicKey: keys.publicKey,
    },
    control: cluster.control,
    store: memoryStore(journals),
    now,
    pause: async (ms) => {
      nowMs += ms;
    },
    diagnose: async (again): Promise<Diagnosis> => {
      diagnosed.push(again.id);
      const base = { ...sampleDiagnosis(again, outcome), facts: diagnosisOf(fault).facts };
      return outcome === 'root-cause' ? { ...base, findings: [fault.finding] } : base;
    },
    onProgress: () => undefined,
  };
  return {
    ...{ cluster, plan, request, ports, journals, diagnosed },
    advance: (minutes) => {
      nowMs += minutes * 60_000;
    },
    run: (changes = {}, stop = new AbortController().signal) =>
      executePlan(handed(request), { ...ports, ...changes }, stop),
  };
}

function memoryStore(journals: Map<string, JournalEntry[]>): ExecutionStore {
  const living = new Set<string>();
  return {
    begin: async ({ nonce, cluster, at }) => {
      if (living.has(cluster)) return { status: 'busy' };
      living.add(cluster);
      const release = async () => void living.delete(cluster);
      const known = journals.get(nonce);
      if (known) return { status: 'resumed', journal: structuredClone(known), release };
      journals.set(nonce, [{ kind: 'begun', at }]);
      return { status: 'begun', journal: [{ kind: 'begun', at }], release };
    },
    append: async (nonce, entry) => void journals.get(nonce)?.push(structuredClone(entry)),
  };
}
