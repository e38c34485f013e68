// How urgent a fault is: priority and response minutes per fault type (source guide 1.1 and 7.2), raised by evidence.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Priority } from '../diagnosis/finding.ts';
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

/** With evidence: that of the worst cause; a P1 seen on every node of a cluster is a P0. */
export function priorityAfter(diagnosis: Diagnosis): Priority {
  const causes = diagnosis.findings.filter((finding) => !finding.advisory);
  if (causes.length === 0) return priorityBefore(diagnosis.playbook, diagnosis.target);
  // P0 < P1 < P2 also as text.
  const worst = causes.map((cause) => cause.priority).toSorted()[0] ?? 'P2';
  return worst === 'P1' && spreadsToEveryNode(diagnosis) ? 'P0' : worst;
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

function spreadsToEveryNode(diagnosis: Diagnosis): boolean {
  const affected = new Set(
    diagnosis.findings.flatMap((finding) => (finding.advisory ? [] : (finding.node ?? []))),
  );
  const nodes = diagnosis.facts.nodes;
  return nodes.length > 1 && nodes.every((node) => affected.has(node.name));
}

// A playbook that is not named after a fault type is treated like the most common one.
const faultOf = (playbook: string): FaultType => (playbook in priorities ? (playbook as FaultType) : 'dns');
