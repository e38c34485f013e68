// The remediator's rights: the union of what the enabled remediations need, as Kubernetes objects. With nothing enabled there are
// no rights at all. What of them an account has is for `doctor/`.

import { automaticRemediation } from './catalog/index.ts';
import { canonicalJson } from './plan.ts';
import type { RbacRule, Scope } from './remediation.ts';

const NAME = 'cni-triage-remediator';
const labels = { 'app.kubernetes.io/name': 'cni-triage', 'app.kubernetes.io/component': 'remediator' };

export interface RbacObject {
  apiVersion: 'rbac.authorization.k8s.io/v1';
  kind: 'ClusterRole' | 'ClusterRoleBinding' | 'Role' | 'RoleBinding';
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  rules?: PolicyRule[];
  roleRef?: { apiGroup: string; kind: string; name: string };
  subjects?: { kind: 'ServiceAccount'; name: string; namespace: string }[];
}

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/**
 * Where the API server is behind its Service address (`cluster/api-entrance.ts`). That address dies with kube-proxy, which is when
 * fixes are wanted.
 */
export const entranceRule: RbacRule = {
  namespace: 'default',
  group: 'discovery.k8s.io',
  resource: 'endpointslices',
  verbs: ['list'],
};

/** Ids that the catalogue does not have; a plan for one is never made. */
export const unknownRemediations = (enabled: readonly string[]): string[] =>
  enabled.filter((id) => automaticRemediation(id) === undefined);

/** Roles and their bindings, namespace by namespace. Empty: nothing is enabled. `namespace`: of the service account. */
export function rolesFor(enabled: readonly string[], scope: Scope, namespace: string): RbacObject[] {
  if (enabled.length === 0) return [];
  const rules = [...enabled.flatMap((id) => automaticRemediation(id)?.rules(scope) ?? []), entranceRule];
  const places = [...new Set(rules.map((rule) => rule.namespace))].sort((a, b) =>
    (a ?? '').localeCompare(b ?? ''),
  );
  return places.flatMap((place) => {
    const here = mergeRules(rules.filter((rule) => rule.namespace === place));
    return place === undefined ? clusterWide(here, namespace) : inNamespace(here, place, namespace);
  });
}

/** Equal kinds and names become one rule with all verbs. */
function mergeRules(rules: RbacRule[]): PolicyRule[] {
  const groups = Object.groupBy(rules, ({ group, resource, names }) =>
    canonicalJson([group, resource, names ?? null]),
  );
  return Object.entries(groups)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, equal]) => {
      const [{ group, resource, names }] = equal as [RbacRule];
      const verbs = [...new Set((equal as RbacRule[]).flatMap((rule) => rule.verbs))].sort();
      return {
        ...{ apiGroups: [group], resources: [resource] },
        ...(names !== undefined && { resourceNames: [...names] }),
        verbs,
      };
    });
}

const account = (namespace: string) => [{ kind: 'ServiceAccount' as const, name: NAME, namespace }];
const apiVersion = 'rbac.authorization.k8s.io/v1' as const;
const roleRef = (kind: 'ClusterRole' | 'Role') => ({
  apiGroup: 'rbac.authorization.k8s.io',
  kind,
  name: NAME,
});

const clusterWide = (rules: PolicyRule[], namespace: string): RbacObject[] => [
  { apiVersion, kind: 'ClusterRole', metadata: { name: NAME, labels }, rules },
  {
    ...{ apiVersion, kind: 'ClusterRoleBinding', metadata: { name: NAME, labels } },
    ...{ roleRef: roleRef('ClusterRole'), subjects: account(namespace) },
  },
];

const inNamespace = (rules: PolicyRule[], place: string, namespace: string): RbacObject[] => {
  const metadata = { name: NAME, namespace: place, labels };
  return [
    { apiVersion, kind: 'Role', metadata, rules },
    {
      ...{ apiVersion, kind: 'RoleBinding', metadata },
      ...{ roleRef: roleRef('Role'), subjects: account(namespace) },
    },
  ];
};
