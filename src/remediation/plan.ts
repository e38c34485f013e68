// A plan: one remediation worked out for one finding, with the real names of everything it will touch. Plain JSON, and a
// schema, because it travels through Redis; a sentence about it is `messages/remediation-steps.ts`.

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';

/** What it is for: to end the fault, or to keep it from spreading until somebody does. */
const Aim = z.enum(['mend', 'contain']);
export type Aim = z.infer<typeof Aim>;

export const Risk = z.enum(['low', 'medium', 'high']);
export type Risk = z.infer<typeof Risk>;

const objectRef = z.strictObject({
  resource: z.enum(['nodes', 'pods', 'services', 'configmaps', 'deployments', 'daemonsets']),
  namespace: z.string().optional(),
  name: z.string().min(1),
});

const podRef = z.strictObject({ namespace: z.string().min(1), name: z.string().min(1) });

/** Null is a value: there is none. */
const value = z.json();

const condition = z.discriminatedUnion('kind', [
  /** Every pod is of the newest template and ready. */
  z.strictObject({ kind: z.literal('rolled-out'), workload: objectRef }),
  /** So many pods are ready, and none of the selection is not. */
  z.strictObject({
    kind: z.literal('pods-ready'),
    namespace: z.string(),
    labelSelector: z.string(),
    /** Absent: on all nodes. */
    node: z.string().optional(),
    count: z.int().nonnegative(),
  }),
]);
export type Condition = z.infer<typeof condition>;

const path = z.array(z.union([z.string(), z.int().nonnegative()])).min(1);

/** Each step can be done twice without harm: it names the very object (uid), and what it finds and leaves there. */
const step = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('delete-pod'),
    pod: podRef,
    uid: z.string().min(1),
    /** Empty: it was on none. */
    node: z.string(),
    /** Absent: the pod's own. Never 0, which leaves the node unasked. */
    graceSeconds: z.int().positive().optional(),
  }),
  z.strictObject({ kind: z.literal('evict-pod'), pod: podRef, uid: z.string().min(1), node: z.string() }),
  z.strictObject({
    kind: z.literal('set'),
    object: objectRef,
    uid: z.string().min(1),
    /** From the top of the object: `['spec', 'ports', 0, 'targetPort']`. */
    path,
    /** What has to be there now. */
    from: value,
    to: value,
  }),
  /** Replaces all pods of a workload, by its own roll-out rules. */
  z.strictObject({ kind: z.literal('restart'), workload: objectRef, uid: z.string().min(1) }),
  z.strictObject({ kind: z.literal('await'), condition, timeoutS: z.int().positive() }),
]);
export type Step = z.infer<typeof step>;
/** A step that changes the cluster; the others wait. */
export type ChangingStep = Exclude<Step, { kind: 'await' }>;

const hazard = z.enum([
  /** Look-ups may be slow or fail while replicas are replaced. */
  'dns-pauses',
  /** Open connections of the replaced pods end. */
  'connections-break',
  /** What installed the object (GitOps, an add-on manager) may put the old value back. */
  'manager-may-revert',
  /** Pods that run keep their MTU until they are made anew. */
  'old-pods-keep-mtu',
  'no-new-pods-on-node',
  /** A Service's traffic goes to other pods than before, at once. */
  'traffic-moves',
  /** While an agent is away its node learns of no new peers, pods or Services. */
  'node-learns-nothing',
  /** Agents of several nodes are away in turn. */
  'alerts-fire',
  /** A pod that is deleted leaves no log and no exit code behind. */
  'traces-lost',
]);
export type Hazard = z.infer<typeof hazard>;

const target = z.looseObject({ kind: z.string() });

export const Plan = z.strictObject({
  planVersion: z.literal(1),
  /** Id in the catalogue. */
  remediation: z.string().min(1),
  risk: Risk,
  aim: Aim,
  cluster: z.string().min(1),
  incidentId: z.string().min(1),
  /** The evidence that it answers. */
  diagnosisId: z.string().min(1),
  finding: z.strictObject({
    code: z.string().min(1),
    subject: z.strictObject({
      kind: z.string(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    }),
    node: z.string().optional(),
    /** It was odd, and not what failed. */
    advisory: z.boolean(),
  }),
  /** Instant at which the cluster was read for it. */
  plannedAt: z.iso.datetime(),
  /** Digest of the plan that this one takes back; absent: it takes none back. */
  undoes: z.string().optional(),
  steps: z.array(step).min(1),
  /** Everything that is changed or replaced; in order, without repetition. */
  touches: z.strictObject({
    /** `namespace/name` */
    pods: z.array(z.string()),
    nodes: z.array(z.string()),
    services: z.array(z.string()),
    /** `configmaps kube-system/coredns` */
    settings: z.array(z.string()),
    workloads: z.array(z.string()),
  }),
  /** How long it usually takes, and after how long it is stopped. */
  durationS: z.int().positive(),
  deadlineS: z.int().positive(),
  hazards: z.array(hazard),
  /** The diagnosis that is asked again afterwards. */
  verify: z.strictObject({
    playbook: z.string(),
    target,
    /** Probes whose answers decided the finding. */
    probes: z.array(z.string()),
    /** Pods that the plan replaces: their place in the target goes to a new one with these labels. */
    successors: z.array(z.strictObject({ pod: podRef, labelSelector: z.string() })),
  }),
  undo: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none-needed') }),
    /** `automatic`: done at once when the fix does not help; else offered as a plan of its own. */
    z.strictObject({ kind: z.literal('steps'), steps: z.array(step).min(1), automatic: z.boolean() }),
  ]),
});
export type Plan = z.infer<typeof Plan>;

/** RFC 8785: equal values give equal texts, whatever order their members were written in. */
export function canonicalJson(json: unknown): string {
  const text = canonicalize(json);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** SHA-256 in hex of everything that the plan says. */
export const digestOf = (plan: Plan): string => sha256(canonicalJson(plan));

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Enough of a digest for people to compare. */
export const shortDigest = (digest: string): string => digest.slice(0, 12);
