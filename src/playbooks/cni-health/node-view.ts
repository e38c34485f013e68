// What is known of one node when it is judged, and what all findings about it share: what was seen to stop a pod is proven,
// what will stop the next one is likely. Pure.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { CodeDefinition, Finding, FindingCode } from '../../diagnosis/finding.ts';
import type { Node } from '../../probes/api-objects.ts';
import type { NodeFiles } from './node-files.ts';
import type { FailingPod } from './sandboxes.ts';

export interface NodeView {
  object: Node;
  listed: Evidence<unknown>;
  files: NodeFiles;
  failing: FailingPod[];
  /** Pods of the node that have an address of the pod network; absent: not known. */
  attached?: { name: string; address: string }[];
}

/** Of a node that does not get pods attached: what Kubernetes shows in the end. */
const CONSEQUENCES: FindingCode[] = [
  'pod.sandbox-failed',
  'pod.not-running',
  'pod.not-ready',
  'node.not-ready',
  'cni.network-unavailable',
];

/** `by`: what pods that fail by it are told; then it is proven, and their events are part of it. */
export function basis(
  { object, failing }: NodeView,
  definition: CodeDefinition,
  evidence: Evidence<unknown>[],
  by: (failing: FailingPod) => boolean,
  proven = false,
) {
  const { name } = object.metadata;
  const seen = failing.filter(by);
  return {
    ...definition,
    subject: { kind: 'node', name },
    node: name,
    confidence: proven || seen.length > 0 ? 'proven' : 'likely',
    advisory: false,
    evidence: [...evidence, ...seen.flatMap((each) => each.evidence)],
    explains: CONSEQUENCES,
    remediations: [],
  } satisfies Partial<Finding>;
}
