// The rights of the remediator: no more than what is enabled needs, and what an account lacks of them.

import { expect, test } from 'vitest';
import type { GrantedRule } from '../../src/cluster/control.ts';
import { missingRights, type RbacObject, rolesFor, unknownRemediations } from '../../src/remediation/rbac.ts';
import { rightsFor } from '../../src/remediation/step-rights.ts';
import { plannedFor, scope } from '../support/planned-remedies.ts';
import { faultFor, remediableFaults } from '../support/remediable-faults.ts';

const all = remediableFaults.map(({ remediation }) => remediation);

/** As the API server lists them for one namespace. */
const grantedBy =
  (objects: RbacObject[]) =>
  (namespace: string | undefined): GrantedRule[] =>
    objects
      .filter(
        ({ kind, metadata }) =>
          kind === 'ClusterRole' || (kind === 'Role' && metadata.namespace === namespace),
      )
      .flatMap(({ rules = [] }) => rules.map((rule) => ({ resourceNames: [], ...rule })));

test('nothing is enabled by itself, and then there are no rights', () => {
  expect(rolesFor([], scope, 'cni-triage')).toEqual([]);
});

test('one remediation brings its own rights, where it needs them', () => {
  const objects = rolesFor(['restart-coredns'], scope, 'cni-triage');

  expect(objects).toMatchObject([
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

test.each(all)('%s lacks nothing with its own roles, and each of its steps is covered', async (id) => {
  const granted = grantedBy(rolesFor([id], scope, 'cni-triage'));

  const { steps } = await plannedFor(faultFor(id));

  expect(missingRights([id], scope, granted)).toEqual([]);
  for (const right of steps.flatMap(rightsFor))
    expect(
      granted(right.namespace).some(
        ({ verbs, resources }) => verbs.includes(right.verb) && resources.includes(right.resource),
      ),
    ).toBe(true);
});

test('what an account lacks is named for each remediation', () => {
  const granted = grantedBy(rolesFor(['restart-coredns'], scope, 'cni-triage'));

  const missing = missingRights(['restart-coredns', 'cordon-node'], scope, granted);

  expect(missing).toEqual([
    {
      remediation: 'cordon-node',
      lacks: ['get', 'list', 'patch'].map((verb) => ({ group: '', resource: 'nodes', verb })),
    },
  ]);
});

test('a rule for other names is not a rule for this one', () => {
  const other: GrantedRule = {
    ...{ apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['*'] },
  };

  expect(missingRights(['restart-coredns'], scope, () => [other])).toHaveLength(1);
  expect(missingRights(['restart-coredns'], scope, () => [{ ...other, resourceNames: [] }])).toEqual([]);
});

test('a name that no remediation has is told', () => {
  expect(unknownRemediations(['restart-coredns', 'restart-everything'])).toEqual(['restart-everything']);
});
