// Why a DaemonSet leaves a node out: labels, affinity, taints, each as Kubernetes decides it.

import { describe, expect, test } from 'vitest';
import { madeFor, refusalOf } from '../../src/playbooks/cni-health/placement.ts';
import { Node, Pod, Workload } from '../../src/probes/api-objects.ts';

const node = (labels: Record<string, string> = {}, taints: object[] = []) =>
  Node.parse({ metadata: { name: 'n2', labels }, spec: { taints } });

const daemonSet = (placement: object) =>
  Workload.parse({ metadata: { name: 'kube-flannel-ds' }, spec: { template: { spec: placement } } });

const requires = (...terms: object[]) => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  },
});

const linux = { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux'] }] };
const large = { matchExpressions: [{ key: 'cpus', operator: 'Gt', values: ['8'] }] };

describe('labels', () => {
  test('a node without the wanted label is not selected', () => {
    expect(refusalOf(daemonSet({ nodeSelector: { network: 'flannel' } }), node())).toEqual({
      cause: 'not-selected',
      detail: 'network=flannel',
    });
  });

  test('one of several affinity terms is enough', () => {
    const wanted = daemonSet(requires(linux, large));

    expect(refusalOf(wanted, node({ os: 'linux' }))).toBeUndefined();
    expect(refusalOf(wanted, node({ cpus: '16' }))).toBeUndefined();
    expect(refusalOf(wanted, node({ os: 'windows' }))).toEqual({
      cause: 'not-selected',
      detail: 'os=linux',
    });
  });
});

describe('taints', () => {
  const dedicated = { key: 'dedicated', value: 'batch', effect: 'NoSchedule' };

  test('one that is not tolerated keeps the pod away, and is named as kubectl writes it', () => {
    expect(refusalOf(daemonSet({}), node({}, [dedicated]))).toEqual({
      cause: 'not-tolerated',
      detail: 'dedicated=batch:NoSchedule',
    });
  });

  test('a toleration counts by key, value and effect', () => {
    const tolerating = (toleration: object) => daemonSet({ tolerations: [toleration] });
    const tainted = node({}, [dedicated]);

    expect(refusalOf(tolerating({ operator: 'Exists' }), tainted)).toBeUndefined();
    expect(refusalOf(tolerating({ key: 'dedicated', value: 'batch' }), tainted)).toBeUndefined();
    expect(refusalOf(tolerating({ key: 'dedicated', value: 'web' }), tainted)).toBeDefined();
    expect(refusalOf(tolerating({ operator: 'Exists', effect: 'NoExecute' }), tainted)).toBeDefined();
  });

  test('what every DaemonSet tolerates keeps none away, a cordoned node for one', () => {
    const cordoned = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

    expect(refusalOf(daemonSet({}), node({}, [cordoned]))).toBeUndefined();
  });
});

test('a pod that waits to be placed was made for the node in its affinity', () => {
  const pod = Pod.parse({
    metadata: { name: 'kube-flannel-ds-x' },
    spec: requires({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] }),
  });

  expect(madeFor(pod)).toBe('n2');
});
