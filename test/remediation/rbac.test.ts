// The rights of the remediator: no more than what is enabled needs.

import { expect, test } from 'vitest';
import { rolesFor, unknownRemediations } from '../../src/remediation/rbac.ts';
import { rightsFor } from '../../src/remediation/step-rights.ts';
import { plannedFor, scope } from '../support/planned-remedies.ts';
import { faultFor, remediableFaults } from '../support/remediable-faults.ts';

const all = remediableFaults.map(({ remediation }) => remediation);

test('nothing is enabled by itself, and then there are no rights', () => {
  expect(rolesFor([], scope, 'cni-triage')).toEqual([]);
});

test('one remediation brings its own rights, where it needs them', () => {
  const objects = rolesFor(['restart-coredns'], scope, 'cni-triage');

  expect(objects.filter(({ metadata }) => metadata.namespace !== 'default')).toMatchObject([
    {
      kind: 'Role',
      metadata: { namespace: 'kube-system' },
      rules: [
        {
          apiGroups: ['apps'],
          resources: ['deployments'],
          resourceNames: ['coredns'],
          verbs: ['get', 'patch'],
        },
      ],
    },
    {
      kind: 'RoleBinding',
      metadata: { namespace: 'kube-system' },
      roleRef: { kind: 'Role', name: 'cni-triage-remediator' },
      subjects: [{ kind: 'ServiceAccount', name: 'cni-triage-remediator', namespace: 'cni-triage' }],
    },
  ]);
});

test('only what is on nodes is cluster-wide', () => {
  const roles = rolesFor(all, scope, 'cni-triage').filter(({ kind }) => kind === 'ClusterRole');

  expect(roles.map(({ rules }) => rules)).toEqual([
    [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch'] }],
  ]);
});

test.each(all)('%s gets every right that its steps use', async (id) => {
  const roles = rolesFor([id], scope, 'cni-triage');

  const { steps } = await plannedFor(faultFor(id));

  for (const right of steps.flatMap(rightsFor))
    expect(
      roles.some(
        ({ kind, metadata, rules = [] }) =>
          (kind === 'ClusterRole' || metadata.namespace === right.namespace) &&
          rules.some(
            ({ verbs, resources }) => verbs.includes(right.verb) && resources.includes(right.resource),
          ),
      ),
    ).toBe(true);
});

test('whatever is enabled, the way to the API server that does not need kube-proxy is granted', () => {
  const granted = all.map((id) =>
    rolesFor([id], scope, 'cni-triage').filter(({ metadata }) => metadata.namespace === 'default'),
  );

  for (const objects of granted)
    expect(objects).toMatchObject([
      {
        kind: 'Role',
        rules: [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] }],
      },
      { kind: 'RoleBinding' },
    ]);
});

test('a name that no remediation has is told', () => {
  expect(unknownRemediations(['restart-coredns', 'restart-everything'])).toEqual(['restart-everything']);
});
