// How urgent a fault is: priority and response minutes per fault type (source guide 1.1 and 7.2), raised by evidence.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Finding, Priority } from '../diagnosis/finding.ts';
import type { FaultType } from '../diagnosis/playbook.ts';
import type { Target } from '../diagnosis/target.ts';

/** Minutes until the first human act is due, per fault type. */
export type ResponseMinutes = Record<FaultType, number>;

/** Source guide 7.2; it names no time for policy and MTU faults, 240 is ours, as is that of the CNI's
 * components, whose failure mostly shows between nodes. */
export const guideResponseMinutes: ResponseMinutes = {
  cluster: 15,
  pod: 15,
  dns: 30,
  'cross-node': 60,
  ipam: 120,
  policy: 240,
  mtu: 240,
  'cni-health': 60,
};

const priorities: Record<FaultType, Priority> = {
  cluster: 'P0',
  pod: 'P0',
  dns: 'P1',
  'cross-node': 'P1',
  ipam: 'P1',
  policy: 'P2',
  mtu: 'P2',
  'cni-health': 'P1',
};

/** Before there is evidence: by fault type, except that one pod without network is no emergency of the cluster. */
export function priorityBefore(playbook: string, target: Target): Priority {
  const fault = faultOf(playbook);
  return fault === 'pod' && target.kind !== 'cluster' ? 'P1' : priorities[fault];
}

/**
 * With evidence: that of the worst cause. What hits more than half of the nodes is an outage of the cluster, P0; what hits
 * one place of several is none, however dead that place is.
 */
export function priorityAfter(diagnosis: Diagnosis): Priority {
  const causes = diagnosis.findings.filter((finding) => !finding.advisory);
  if (causes.length === 0) return priorityBefore(diagnosis.playbook, diagnosis.target);
  const outage = isOutage(causes, diagnosis.facts.nodes.length);
  const priorities = causes.map((cause): Priority => {
    if (cause.priority === 'P2') return 'P2';
    if (outage) return 'P0';
    return cause.priority === 'P0' && isInOnePlace(cause) ? 'P1' : cause.priority;
  });
  // P0 < P1 < P2 also as text.
  return priorities.toSorted()[0] ?? 'P2';
}

/** The deadline; whatever is P0 has to be answered as fast as an outage of the whole cluster. */
export function respondBy(
  openedAt: string,
  playbook: string,
  priority: Priority,
  minutes: ResponseMinutes,
): string {
  const own = minutes[faultOf(playbook)];
  const due = priority === 'P0' ? Math.min(own, minutes.cluster) : own;
  return new Date(Date.parse(openedAt) + due * 60_000).toISOString();
}

/** Of a cluster of one node nothing can be said this way. */
function isOutage(causes: Finding[], nodes: number): boolean {
  const affected = new Set(causes.flatMap(({ node, priority }) => (priority === 'P2' ? [] : (node ?? []))));
  return nodes > 1 && affected.size > nodes / 2;
}

const isInOnePlace = ({ node, subject }: Finding): boolean =>
  node !== undefined || subject.kind === 'pod' || subject.kind === 'node-pair';

// A playbook that is not named after a fault type is treated like the most common one.
export const faultOf = (playbook: string): FaultType =>
  playbook in priorities ? (playbook as FaultType) : 'dns';
