// A Service fails from one node while its endpoints answer there: do the node's rules lead to them, and does kube-proxy
// keep them up? Nothing is claimed of nodes where another than kube-proxy in iptables mode implements Services.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { NodeFacts } from '../../diagnosis/facts.ts';
import type { CodeDefinition, Finding, FindingCode } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { type KubeProxyHealth, readKubeProxyHealth } from '../../probes/kube-proxy.ts';
import { readNetfilter } from '../../probes/netfilter.ts';
import { findServiceRules, type ServicePort, type ServiceRules } from '../../probes/service-rules.ts';

declare module '../../diagnosis/finding.ts' {
  interface FindingParams {
    'service.not-programmed': {
      /** `namespace/name` */
      service: string;
      /** `address:port/protocol` */
      address: string;
      cause: 'missing' | 'rejected' | 'stale';
      /** Where the rules lead, when stale. */
      targets: string[];
    };
    'node.kube-proxy-down': { cause: 'refused' | 'silent' | 'behind' };
  }
}

export const serviceCodes = {
  'service.not-programmed': { layer: 'host', priority: 'P1' },
  'node.kube-proxy-down': { layer: 'host', priority: 'P1' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;

export interface ServiceOnNode extends ServicePort {
  /** `namespace/name` */
  service: string;
  /** `address:port` of the ready endpoints, as EndpointSlices have them. */
  endpoints: string[];
}

/** Empty when the rules are as they should be, or are not kube-proxy's. */
export async function checkServiceOnNode(
  ask: Ask,
  node: NodeFacts,
  wanted: ServiceOnNode,
  legs: Evidence<unknown>[],
): Promise<Finding[]> {
  const [nft, legacy, health] = await Promise.all([
    ask(readNetfilter({ kind: 'node', node: node.name }, 'iptables-nft')),
    ask(readNetfilter({ kind: 'node', node: node.name }, 'iptables-legacy')),
    ask(readKubeProxyHealth(node)),
  ]);
  const read = [nft, legacy].flatMap((rules) =>
    rules.status === 'observed' ? [{ rules, found: findServiceRules(rules.value, wanted) }] : [],
  );
  const kept = read.find(({ found }) => found.kind !== 'no-kube-proxy');
  if (!kept) return [];
  const cause = causeOf(kept.found, wanted.endpoints);
  if (!cause) return [];
  const basis = {
    subject: { kind: 'node', name: node.name },
    node: node.name,
    confidence: 'proven',
    advisory: false,
    remediations: [],
  } satisfies Partial<Finding>;
  const notProgrammed: Finding = {
    code: 'service.not-programmed',
    ...serviceCodes['service.not-programmed'],
    params: {
      service: wanted.service,
      address: `${wanted.address}:${wanted.port}/${wanted.protocol}`,
      cause,
      targets: kept.found.kind === 'programmed' ? kept.found.targets : [],
    },
    ...basis,
    evidence: [kept.rules, ...legs],
    explains: ['dns.udp-blocked', 'dns.intermittent-timeout'],
  };
  if (health.status === 'unavailable' || health.value.kind === 'healthy') return [notProgrammed];
  return [{ ...kubeProxyDown(health.value, health, kept.rules), ...basis }];
}

function causeOf(found: ServiceRules, endpoints: string[]): 'missing' | 'rejected' | 'stale' | undefined {
  switch (found.kind) {
    case 'no-kube-proxy':
      return undefined;
    case 'programmed':
      return endpoints.length > 0 && !found.targets.some((target) => endpoints.includes(target))
        ? 'stale'
        : undefined;
    default:
      return endpoints.length > 0 ? found.kind : undefined;
  }
}

function kubeProxyDown(
  health: Exclude<KubeProxyHealth, { kind: 'healthy' }>,
  ...evidence: Evidence<unknown>[]
) {
  return {
    code: 'node.kube-proxy-down' as const,
    ...serviceCodes['node.kube-proxy-down'],
    params: { cause: health.kind },
    evidence,
    explains: ['service.not-programmed' as const, 'dns.udp-blocked' as const],
  };
}
