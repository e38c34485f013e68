// What a remediator has to be able to do: the rules of its enabled remediations, and its way to the API server.

import { AGENT_NAMESPACE } from '../cluster/access.ts';
import { DNS_NAMESPACE } from '../remediation/catalog/coredns.ts';
import { automaticRemediation } from '../remediation/catalog/index.ts';
import { entranceRule } from '../remediation/rbac.ts';
import type { Fixes, Need } from './examination.ts';

export const remediatorNeeds = ({ enabled, scope }: Fixes): Need[] => [
  ...enabled.flatMap((id) =>
    (automaticRemediation(id)?.rules(scope) ?? []).map(
      (rule): Need => ({ rule, serves: { kind: 'remediation', id } }),
    ),
  ),
  { rule: entranceRule, serves: { kind: 'entrance' } },
];

/** Where fixes may have been enabled before: their roles stay until somebody deletes them. */
export const remediatorPlaces = ({ scope }: Fixes): string[] => [
  ...[DNS_NAMESPACE, AGENT_NAMESPACE, scope.cni.namespace, ...scope.namespaces],
];
