// Findings: named causes and symptoms, with their subject, evidence and what they explain. Codes and params only;
// every sentence about them is in `messages/`. The codes are the public vocabulary, see docs/findings.md.

import type { Evidence } from './evidence.ts';
import type { PodRef } from './target.ts';

/**
 * Code -> the parameters of its sentence. Each playbook adds its codes by declaration merging; `messages/` must then
 * hold the sentences of each code in every language, or the compiler complains.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging in playbooks/
export interface FindingParams {}

export type FindingCode = keyof FindingParams;

/** The source guide's five layers, and `k8s` for objects and control plane. */
export type Layer = 'app' | 'cni' | 'virtual' | 'host' | 'physical' | 'k8s';

export type Priority = 'P0' | 'P1' | 'P2';

export interface Subject {
  /** `pod`, `deployment`, `service`, `node`, `node-pair`, `name`, `configmap`, `resolver`, `policy`, `pool`, ... */
  kind: string;
  namespace?: string;
  /** Absent only for kinds that exist once, such as the cluster. */
  name?: string;
}

export type Finding = {
  [C in FindingCode]: {
    code: C;
    params: FindingParams[C];
    subject: Subject;
    /** The node it sits on, when it sits on one. */
    node?: string;
    /** Nodes on whose way the failing traffic was: a cause on one of them may account for it. Absent: `node` alone. */
    ends?: string[];
    layer: Layer;
    priority: Priority;
    /** proven: seen to be so and to break the traffic; likely: fits everything seen, and not shown to be the cause. */
    confidence: 'proven' | 'likely';
    /** Odd or harmful in future, though the traffic asked about passes. Never makes an outcome root-cause. */
    advisory: boolean;
    /** Never empty. The deciding observation first. */
    evidence: Evidence<unknown>[];
    /** Shallower codes that this one accounts for; the engine folds those findings into this one. */
    explains: FindingCode[];
    /** Ids in the remediation catalogue, in the order of offering; the engine fills them in. */
    remediations: string[];
  };
}[FindingCode];

export interface CodeDefinition {
  layer: Layer;
  priority: Priority;
}

export const podSubject = (pod: PodRef): Subject => ({
  kind: 'pod',
  namespace: pod.namespace,
  name: pod.name,
});
