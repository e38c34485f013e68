// May CoreDNS read what it serves, and does it? The authorizer is asked, and the logs of pods that are not ready.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { reviewAccess } from '../../probes/api-reads.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory } from './inventory.ts';
import type { PodState } from './pod-states.ts';

/** What CoreDNS has to list and watch, from its own ClusterRole (coredns/deployment, kubernetes/coredns.yaml.sed). */
const NEEDED = [
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
  { group: '', resource: 'services' },
  { group: '', resource: 'namespaces' },
];

export interface Permissions {
  user: string;
  denied: string[];
  evidence: Evidence<boolean>[];
}

export async function reviewPermissions(ask: Ask, inventory: DnsInventory): Promise<Permissions> {
  const account = inventory.pods[0]?.spec.serviceAccountName ?? 'coredns';
  const user = `system:serviceaccount:${DNS_NAMESPACE}:${account}`;
  // The groups that the API server gives every service account; without them bindings to groups would be missed.
  const groups = [
    'system:serviceaccounts',
    `system:serviceaccounts:${DNS_NAMESPACE}`,
    'system:authenticated',
  ];
  const evidence = await Promise.all(
    NEEDED.flatMap(({ group, resource }) =>
      ['list', 'watch'].map((verb) => ask(reviewAccess(user, groups, { verb, group, resource }))),
    ),
  );
  const denied = evidence
    .filter((review) => review.status === 'observed' && !review.value)
    .map((review) =>
      review.label.topic === 'api.may' ? `${review.label.params.verb} ${review.label.params.resource}` : '',
    );
  return { user, denied, evidence };
}

/**
 * Missing permission is proven by the authorizer itself. While replicas still answer from what they once read it is
 * advisory: names resolve, and will go stale.
 */
export function apiFinding(
  inventory: DnsInventory,
  access: Permissions,
  states: PodState[],
  ready: number,
): Finding[] {
  const lost = states.filter((state) => state.kind === 'api-lost');
  const [first] = lost;
  const forbidden = access.denied.length > 0;
  if (!first && !forbidden) return [];
  const pods =
    lost.length > 0
      ? lost.map(({ pod }) => pod.metadata.name)
      : inventory.pods.map(({ metadata }) => metadata.name);
  const cause = forbidden || first?.forbidden ? 'forbidden' : 'unreachable';
  const denials = access.evidence.filter((review) => review.status === 'observed' && !review.value);
  return [
    {
      code: 'dns.api-access-lost',
      ...dnsCodes['dns.api-access-lost'],
      params: { cause, pods, user: access.user, line: first?.line ?? access.denied.join(', ') },
      subject: { kind: 'pod', namespace: DNS_NAMESPACE, name: pods[0] ?? 'coredns' },
      confidence: 'proven',
      advisory: ready > 0 && lost.length === 0,
      evidence: first ? [first.log, ...denials] : denials,
      explains: ['dns.coredns-down', 'dns.replica-bad'],
      remediations: [],
    },
  ];
}
