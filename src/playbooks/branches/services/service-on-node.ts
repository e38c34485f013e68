// A Service fails from one node while its endpoints answer there: do the node's rules lead to them, and does kube-proxy
// keep them up? Nothing is claimed of nodes where another than kube-proxy in iptables mode implements Services.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { NodeFacts } from '../../../diagnosis/facts.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { type KubeProxyHealth, readKubeProxyHealth } from '../../../probes/kube-proxy.ts';
import { type NetfilterRules, readIp6tables, readNetfilter } from '../../../probes/netfilter.ts';
import {
  findServiceRules,
  type ServiceClient,
  type ServicePort,
  type ServiceRules,
} from '../../../probes/service-rules.ts';
import { serviceOnNodeCodes } from './service-codes.ts';

export interface ServiceOnNode extends ServicePort {
  /** `namespace/name` */
  service: string;
  /** `address:port` of the endpoints that the rules may lead to, as EndpointSlices have them. */
  endpoints: string[];
  /** All that EndpointSlices have, ready or not; absent: the same. */
  listed?: string[];
}

export interface ServiceState {
  node: NodeFacts;
  rules: Evidence<NetfilterRules>[];
  health: Evidence<KubeProxyHealth>;
}

type Misprogrammed = Pick<
  Extract<Finding, { code: 'service.not-programmed' }>['params'],
  'cause' | 'targets' | 'chains'
>;

export type Programming =
  | { kind: 'right'; leadsTo: string[] }
  | ({ kind: 'wrong'; leadsTo: string[]; rules: Evidence<NetfilterRules> } & Misprogrammed)
  /** Somebody else implements Services here, or the rules could not be read. */
  | { kind: 'unknown'; unseen: Unavailable[] };

/** Empty when the rules are as they should be, or are not kube-proxy's. `legs`: what was seen to fail. */
export async function checkServiceOnNode(
  ask: Ask,
  node: NodeFacts,
  wanted: ServiceOnNode,
  legs: Evidence<unknown>[],
): Promise<Finding[]> {
  const state = await readServiceState(ask, node, wanted.address);
  return explainProgramming(state, judgeProgramming(state, wanted), wanted, legs);
}

/** `address`: its family decides which rules are read. */
export async function readServiceState(ask: Ask, node: NodeFacts, address: string): Promise<ServiceState> {
  const vantage = { kind: 'node', node: node.name } as const;
  const [rules, health] = await Promise.all([
    Promise.all(
      address.includes(':')
        ? [ask(readIp6tables(vantage))]
        : [ask(readNetfilter(vantage, 'iptables-nft')), ask(readNetfilter(vantage, 'iptables-legacy'))],
    ),
    ask(readKubeProxyHealth(node)),
  ]);
  return { node, rules, health };
}

export function judgeProgramming(
  { rules, health }: ServiceState,
  wanted: ServiceOnNode,
  client?: ServiceClient,
): Programming {
  const read = rules.flatMap((each) =>
    each.status === 'observed' ? [{ each, found: findServiceRules(each.value, wanted, client) }] : [],
  );
  // Chains that a former back end left behind are not looked at by the one that is in use.
  const kept =
    read.find(({ found }) => found.kind === 'programmed') ??
    read.find(({ found }) => found.kind !== 'no-kube-proxy');
  if (!kept) return { kind: 'unknown', unseen: rules.map(unreadOf) };
  // The rules are read after the slices: one that keeps them up may be a moment ahead.
  const keepsUp = health.status === 'observed' && health.value.kind === 'healthy';
  const allowed = [...wanted.endpoints, ...(keepsUp ? (wanted.listed ?? []) : [])];
  const wrong = faultOf(kept.found, wanted.endpoints, allowed);
  const leadsTo = kept.found.kind === 'programmed' ? kept.found.targets : [];
  return wrong ? { kind: 'wrong', rules: kept.each, leadsTo, ...wrong } : { kind: 'right', leadsTo };
}

const unreadOf = (evidence: Evidence<NetfilterRules>): Unavailable => {
  if (evidence.status === 'unavailable') return evidence;
  const { value: _, ...provenance } = evidence;
  return {
    ...provenance,
    status: 'unavailable',
    reason: 'unparsable',
    detail: 'Services are not implemented by kube-proxy in iptables mode here',
  };
};

/** Undefined: the rules do what they should; for a Service without endpoints that is to reject. */
function faultOf(found: ServiceRules, endpoints: string[], allowed: string[]): Misprogrammed | undefined {
  const none = { targets: [], chains: [] };
  if (endpoints.length === 0) return undefined;
  switch (found.kind) {
    case 'no-kube-proxy':
      return undefined;
    case 'missing':
      return { cause: 'missing', targets: [], chains: [found.at] };
    case 'rejected':
      return { cause: 'rejected', ...none };
    case 'programmed': {
      const stale = found.targets.filter((target) => !allowed.includes(target));
      if (stale.length > 0) return { cause: 'stale', targets: stale, chains: [] };
      if (found.lostIn.length > 0) return { cause: 'incomplete', targets: [], chains: found.lostIn };
      return found.unmasqueraded.length > 0
        ? { cause: 'unmasqueraded', targets: found.unmasqueraded, chains: [] }
        : undefined;
    }
  }
}

/** `legs`: what was seen to fail; without any it is likely only. */
export function explainProgramming(
  { node, health }: ServiceState,
  programming: Programming,
  wanted: ServiceOnNode,
  legs: Evidence<unknown>[],
): Finding[] {
  if (programming.kind !== 'wrong') return [];
  const { cause, targets, chains, rules } = programming;
  const basis = {
    subject: { kind: 'node', name: node.name },
    node: node.name,
    confidence: legs.length > 0 ? 'proven' : 'likely',
    advisory: false,
    remediations: [],
  } satisfies Partial<Finding>;
  const notProgrammed: Finding = {
    code: 'service.not-programmed',
    ...serviceOnNodeCodes['service.not-programmed'],
    params: {
      service: wanted.service,
      address: `${wanted.address}:${wanted.port}/${wanted.protocol}`,
      cause,
      targets,
      chains,
    },
    ...basis,
    evidence: [rules, ...legs],
    explains: ['dns.udp-blocked', 'dns.intermittent-timeout', 'service.hairpin-broken'],
  };
  if (health.status === 'unavailable' || health.value.kind === 'healthy') return [notProgrammed];
  const down: Finding = {
    code: 'node.kube-proxy-down',
    ...serviceOnNodeCodes['node.kube-proxy-down'],
    params: { cause: health.value.kind, rules: 'wrong' },
    ...basis,
    evidence: [health, rules, ...legs],
    explains: ['service.not-programmed', 'service.hairpin-broken', 'dns.udp-blocked'],
  };
  return [down, notProgrammed];
}

/** Nobody keeps its rules as they should be, and traffic passes all the same. `behind`: changes are on their way. */
export function adviseOnKubeProxy(
  { node, health }: ServiceState,
  programming: Programming,
  listening: number[] | undefined,
): Finding[] {
  if (programming.kind === 'unknown' || health.status === 'unavailable') return [];
  const { kind } = health.value;
  if (kind === 'healthy' || kind === 'behind') return [];
  // Its health port may be turned off or moved; one that runs has its metrics port open.
  if (kind === 'refused' && (listening === undefined || listening.includes(METRICS_PORT))) return [];
  return [
    {
      code: 'node.kube-proxy-down',
      ...serviceOnNodeCodes['node.kube-proxy-down'],
      params: { cause: kind, rules: programming.kind === 'right' ? 'current' : 'wrong' },
      subject: { kind: 'node', name: node.name },
      node: node.name,
      confidence: 'likely',
      advisory: true,
      evidence: [health],
      explains: [],
      remediations: [],
    },
  ];
}

// Default of --metrics-bind-address (kubernetes cmd/kube-proxy/app/options.go).
const METRICS_PORT = 10249;
