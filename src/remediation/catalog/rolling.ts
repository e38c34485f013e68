// Steps that several remediations share: replacing all pods of a workload by its own roll-out, and a single pod whose
// controller makes another. Both wait until the new ones are ready.

import type { ObjectRef } from '../../cluster/control.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { valueAt } from '../json-path.ts';
import {
  controllerOf,
  describeObject,
  isPodReady,
  isStaying,
  listPods,
  type OwnedPod,
  readWhole,
  type WholeObject,
} from '../objects.ts';
import type { Step } from '../plan.ts';
import { type Unfit, unfit } from '../remediation.ts';

/** How long a roll-out or a new pod may take before the plan is given up. */
const ROLLOUT_TIMEOUT_S = 300;
export const POD_TIMEOUT_S = 120;

export interface Rollout {
  steps: Step[];
  pods: number;
}

export const rolledOut = (workload: ObjectRef): Step => ({
  kind: 'await',
  condition: { kind: 'rolled-out', workload },
  timeoutS: ROLLOUT_TIMEOUT_S,
});

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** Of a workload's own pods, old and new ones, as the API server takes it in a list. */
export function selectorOf(workload: WholeObject): string {
  const { matchLabels = {}, matchExpressions = [] } = (valueAt(workload, ['spec', 'selector']) ??
    {}) as LabelSelector;
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...labels, ...expressions].join(',');
}

/** Refuses a workload whose pods are replaced only when somebody deletes them. */
export async function restartWorkload(ask: Ask, workload: ObjectRef): Promise<Rollout | Unfit> {
  const read = await readWhole(ask, workload);
  if (!read.ok) return read.unfit;
  if (valueAt(read.value, ['spec', 'updateStrategy', 'type']) === 'OnDelete')
    return unfit({ kind: 'on-delete', workload: describeObject(workload) });
  const pods = valueAt(read.value, ['status', 'numberReady']) ?? valueAt(read.value, ['spec', 'replicas']);
  return {
    steps: [{ kind: 'restart', workload, uid: read.value.metadata.uid }, rolledOut(workload)],
    pods: typeof pods === 'number' ? pods : 1,
  };
}

export interface Selection {
  namespace: string;
  labelSelector: string;
  node?: string;
}

/** Deletes the pods of a selection one after the other; each has to be replaced before the next one goes. */
export async function replacePods(
  ask: Ask,
  selection: Selection,
  choose: (pods: OwnedPod[]) => OwnedPod[] = (pods) => pods,
): Promise<Step[] | Unfit> {
  const listed = await listPods(ask, selection);
  if (!listed.ok) return listed.unfit;
  const present = listed.value.filter(isStaying);
  const chosen = choose(present);
  const unowned = chosen.find((pod) => !controllerOf(pod));
  if (unowned) return unfit({ kind: 'unowned-pod', pod: nameOf(unowned) });
  if (chosen.length === 0) return unfit({ kind: 'nothing-to-do' });
  return chosen.flatMap((pod) => [
    deletionOf(pod),
    {
      kind: 'await',
      condition: { kind: 'pods-ready', ...selection, count: present.length },
      timeoutS: POD_TIMEOUT_S,
    },
  ]);
}

export const deletionOf = ({ metadata, spec }: OwnedPod, graceSeconds?: number): Step => ({
  kind: 'delete-pod',
  pod: { namespace: metadata.namespace, name: metadata.name },
  uid: metadata.uid,
  node: spec.nodeName,
  ...(graceSeconds !== undefined && { graceSeconds }),
});

export const nameOf = ({ metadata }: OwnedPod): string => `${metadata.namespace}/${metadata.name}`;

export const countReady = (pods: OwnedPod[]): number => pods.filter(isPodReady).length;

export const isUnfit = <T extends object>(result: T | Unfit): result is Unfit =>
  'status' in result && result.status === 'unfit';
