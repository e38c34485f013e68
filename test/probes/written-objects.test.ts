// Who wrote an object last: by its managed fields, reports of state left out.

import { expect, test } from 'vitest';
import { getWritten, listWritten } from '../../src/probes/written-objects.ts';

const corefile = {
  metadata: {
    name: 'coredns',
    namespace: 'kube-system',
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [
      { manager: 'kubeadm', operation: 'Update', time: '2026-01-01T00:00:00Z' },
      { manager: 'kubectl-edit', operation: 'Update', time: '2026-03-01T03:05:00Z' },
      { manager: 'kubelet', operation: 'Update', time: '2026-03-01T04:00:00Z', subresource: 'status' },
      { manager: 'undated', operation: 'Apply' },
    ],
  },
  data: { Corefile: '.:53 {\n}\n' },
};

test('the last writer is who wrote last what is asked for', () => {
  const probe = getWritten('configmaps', 'coredns', 'kube-system');

  const lookup = probe.parse({ kind: 'object', object: corefile });

  expect(lookup).toEqual({
    found: true,
    object: {
      namespace: 'kube-system',
      name: 'coredns',
      labels: {},
      createdAt: '2026-01-01T00:00:00Z',
      lastWrite: { by: 'kubectl-edit', at: '2026-03-01T03:05:00Z' },
      data: { Corefile: '.:53 {\n}\n' },
      spec: {},
    },
  });
});

test('an object of which nobody remembers the writers has none', () => {
  const probe = listWritten('networkpolicies');

  const [policy] = probe.parse({
    kind: 'objects',
    items: [{ metadata: { name: 'deny', namespace: 'shop' }, spec: { podSelector: {} } }],
    truncated: false,
  });

  expect(policy).toMatchObject({ name: 'deny', spec: { podSelector: {} } });
  expect(policy).not.toHaveProperty('lastWrite');
});

test('the question asks for the writers', () => {
  expect(listWritten('services', { namespace: 'kube-system' }).question).toMatchObject({
    read: { verb: 'list', resource: 'services', namespace: 'kube-system', writers: true },
  });
});
