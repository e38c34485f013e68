// How a node's iptables rules, as kube-proxy writes them, lead from an address of a Service to its endpoints. They are
// walked, not searched; chain names are kube-proxy's own (kubernetes pkg/proxy/iptables/proxier.go). Pure.

import type { NetfilterRules } from './netfilter.ts';
import { type WalkEnd, walkRules } from './netfilter-walk.ts';

/** An address and port by which a Service is reached. */
export interface ServicePort {
  address: string;
  port: number;
  protocol: 'tcp' | 'udp' | 'sctp';
}

/** Who asks: it decides the hook by which packets enter, and what is masqueraded. */
export interface ServiceClient {
  /** Absent: not known. */
  address?: string;
  /** The node itself, or a pod that shares its network. */
  isNode: boolean;
  /** Addresses of the node whose rules these are. */
  nodeAddresses: string[];
}

export type ServiceRules =
  /** No kube-proxy in iptables mode has ever written here: another mode, or another implementation of Services. */
  | { kind: 'no-kube-proxy' }
  /** `at`: the chain in which the way of its packets ends. */
  | { kind: 'missing'; at: string }
  /** kube-proxy holds that the Service has no endpoints, or none on this node. */
  | { kind: 'rejected'; by: 'REJECT' | 'DROP' }
  | {
      kind: 'programmed';
      /** `address:port` of the endpoints that the rules lead to. */
      targets: string[];
      /** Chains that a share of the connections is sent to, and that lead nowhere. */
      lostIn: string[];
      /** Those of the targets to which packets are to go with the node's address, and do not. */
      unmasqueraded: string[];
    };

const ANY_POD: ServiceClient = { isNode: false, nodeAddresses: [] };
const MARK_CHAIN = 'KUBE-MARK-MASQ';
const ways = { remember: /^KUBE-(SERVICES|NODEPORTS|SVC|SVL|EXT|FW|SEP|XLB)/, watch: MARK_CHAIN };

export function findServiceRules(
  rules: NetfilterRules,
  wanted: ServicePort,
  client: ServiceClient = ANY_POD,
): ServiceRules {
  const standing = standingOf(rules);
  if (standing === 'absent') return { kind: 'no-kube-proxy' };
  const packet = {
    ...(client.address === undefined ? {} : { source: client.address }),
    destination: wanted.address,
    protocol: wanted.protocol,
    port: wanted.port,
    fromNode: client.isNode,
    toNode: client.nodeAddresses.includes(wanted.address),
  };
  const chain = client.isNode ? 'OUTPUT' : 'PREROUTING';
  const ends = walkRules(rules, { table: 'nat', chain, ...ways }, packet);
  const translated = ends.flatMap((end) => (end.kind === 'translated' ? [end] : []));
  const lost = ends.flatMap(({ kind, last }) => (kind === 'undecided' ? [last] : []));
  if (translated.length > 0)
    return {
      kind: 'programmed',
      targets: unique(translated.map(({ to }) => to)),
      lostIn: unique(lost.filter((at) => /^KUBE-(SVC|SVL|EXT|FW|SEP|XLB)/.test(at))),
      unmasqueraded: unique(translated.filter(lacksMasquerade).map(({ to }) => to)),
    };
  // A Service without endpoints is turned away by the filter table, and not looked for in any other.
  const filtered = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES'].flatMap((each) =>
    walkRules(rules, { table: 'filter', chain: each, ...ways }, packet),
  );
  const stopped = filtered.flatMap((end) => (end.kind === 'stopped' ? [end.by] : []));
  const [by] = stopped;
  return by ? { kind: 'rejected', by } : { kind: 'missing', at: deepest(lost) };

  function lacksMasquerade(end: WalkEnd & { kind: 'translated' }): boolean {
    const address = hostOf(end.to);
    // A pod that reaches itself through its Service would answer itself, and not the Service.
    const isHairpin = client.address === address;
    if (!end.watched && !isHairpin) return false;
    const start = { table: 'nat', chain: 'POSTROUTING', mark: end.mark, ...ways };
    const leaving = walkRules(rules, start, { ...packet, destination: address, port: portOf(end.to) });
    return !leaving.some(({ kind }) => kind === 'masqueraded');
  }
}

/**
 * Whether kube-proxy keeps these rules in iptables mode. Chains of its own in other tables tell that those of the nat
 * table are gone; in mode ipvs it has a chain of the same name, which looks addresses up in sets.
 */
function standingOf({ chains, rules }: NetfilterRules): 'kept' | 'absent' {
  const services = rules.filter(({ table, chain }) => table === 'nat' && chain === 'KUBE-SERVICES');
  if (services.some(({ matches }) => matches.some(([option]) => option.endsWith('--match-set'))))
    return 'absent';
  const isKept = chains.some(
    ({ table, chain }) => (table === 'nat' && chain === 'KUBE-SERVICES') || chain === 'KUBE-PROXY-CANARY',
  );
  return isKept ? 'kept' : 'absent';
}

/** The chain that is furthest along the way of a Service's packets. */
const ORDER = ['KUBE-SEP', 'KUBE-SVL', 'KUBE-SVC', 'KUBE-FW', 'KUBE-EXT', 'KUBE-NODEPORTS', 'KUBE-SERVICES'];
const deepest = (chains: string[]): string =>
  ORDER.flatMap((start) => chains.filter((chain) => chain.startsWith(start)))[0] ?? chains[0] ?? '';

const unique = (texts: string[]): string[] => [...new Set(texts)];

/** `10.244.1.2:8080`, `[fd00::2]:8080`. */
const hostOf = (target: string): string => target.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
const portOf = (target: string): number => Number(/:(\d+)$/.exec(target)?.[1] ?? 0);

/** kube-proxy's own refusal of what is for a Service without endpoints: it says something of the Service, not of a firewall. */
export const isServiceRefusal = ({ table, chain }: { table: string; chain: string }): boolean =>
  table === 'filter' && (chain === 'KUBE-SERVICES' || chain === 'KUBE-EXTERNAL-SERVICES');
