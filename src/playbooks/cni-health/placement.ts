// Why a DaemonSet has no pod on a node, as its controller and the scheduler decide it: labels, affinity, taints. Pure.
// (kubernetes pkg/controller/daemon/util/daemonset_util.go, component-helpers/scheduling/corev1)

import type { Node, Placement, Pod, Workload } from '../../probes/api-objects.ts';

export interface Refusal {
  cause: 'not-selected' | 'not-tolerated';
  /** The label or the taint that decides. */
  detail: string;
}

type Term = NonNullable<
  NonNullable<
    NonNullable<Placement['affinity']>['nodeAffinity']
  >['requiredDuringSchedulingIgnoredDuringExecution']
>['nodeSelectorTerms'][number];
type Expression = Term['matchExpressions'][number];
type Taint = Node['spec']['taints'][number];

// Added by the DaemonSet controller to every pod that it makes.
const ALWAYS_TOLERATED = [
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/pid-pressure',
  'node.kubernetes.io/unschedulable',
  'node.kubernetes.io/network-unavailable',
];

/** Undefined: the DaemonSet wants a pod there. */
export function refusalOf({ spec }: Workload, node: Node): Refusal | undefined {
  const placement = spec.template?.spec;
  if (!placement) return undefined;
  const { labels } = node.metadata;
  const unmatched = Object.entries(placement.nodeSelector).find(([key, value]) => labels[key] !== value);
  if (unmatched) return { cause: 'not-selected', detail: unmatched.join('=') };
  const terms =
    placement.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms && !terms.some((term) => unmetIn(term, node) === undefined)) {
    const [unmet] = terms.flatMap((term) => unmetIn(term, node) ?? []);
    return { cause: 'not-selected', detail: unmet ? describe(unmet) : 'no node at all' };
  }
  const taint = node.spec.taints.find((each) => !tolerates(placement, each));
  return taint && { cause: 'not-tolerated', detail: describeTaint(taint) };
}

/** A pod that waits to be placed says in its affinity for which node it was made. */
export function madeFor({ spec }: Pod): string {
  if (spec.nodeName !== '') return spec.nodeName;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const names = terms?.flatMap(({ matchFields }) => matchFields.filter(({ key }) => key === 'metadata.name'));
  return names?.[0]?.values[0] ?? '';
}

const unmetIn = ({ matchExpressions, matchFields }: Term, { metadata }: Node): Expression | undefined =>
  matchExpressions.find((each) => !holds(each, metadata.labels[each.key])) ??
  matchFields.find((each) => !holds(each, metadata.name));

function holds({ operator, values }: Expression, actual: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return Number(actual) > Number(values[0]);
    case 'Lt':
      return Number(actual) < Number(values[0]);
    default:
      return true;
  }
}

function tolerates({ tolerations }: Placement, taint: Taint): boolean {
  if (taint.effect === 'PreferNoSchedule' || ALWAYS_TOLERATED.includes(taint.key)) return true;
  return tolerations.some(
    ({ key, operator, value, effect }) =>
      (effect === '' || effect === taint.effect) &&
      (key === taint.key || (key === '' && operator === 'Exists')) &&
      (operator === 'Exists' || value === taint.value),
  );
}

const describe = ({ key, operator, values }: Expression): string =>
  operator === 'In' && values.length === 1
    ? `${key}=${values[0]}`
    : [key, operator, values.join(',')].filter((word) => word !== '').join(' ');

const describeTaint = ({ key, value, effect }: Taint): string =>
  `${key}${value === '' ? '' : `=${value}`}:${effect}`;
