// What a node says of itself in its conditions: whether it reports, whether its runtime has a network, whether somebody
// marked its network as unavailable. Pure.

import type { Node } from '../../probes/api-objects.ts';

type Condition = Node['status']['conditions'][number];

const conditionOf = ({ status }: Node, type: string): Condition | undefined =>
  status.conditions.find((condition) => condition.type === type);

/** The kubelet does not report: the control plane knows nothing new of the node and its pods. */
export const isSilent = (node: Node): boolean =>
  (conditionOf(node, 'Ready')?.status ?? 'Unknown') === 'Unknown';

/** The runtime's words on why it has no network (kubelet pkg/kubelet/runtime.go); undefined: it has one. */
export function networkComplaint(node: Node): string | undefined {
  const ready = conditionOf(node, 'Ready');
  if (ready?.status !== 'False') return undefined;
  const [complaint] =
    /(?:container runtime network|network plugin is) not ready.*/i.exec(ready.message) ?? [];
  return complaint;
}

/** Undefined: nobody marked it. */
export function networkUnavailable(node: Node): { reason: string; message: string } | undefined {
  const condition = conditionOf(node, 'NetworkUnavailable');
  return condition?.status === 'True' ? { reason: condition.reason, message: condition.message } : undefined;
}

export const isReadyNode = (node: Node): boolean => conditionOf(node, 'Ready')?.status === 'True';
