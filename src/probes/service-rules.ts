// How a node's iptables rules, as kube-proxy writes them, lead from a Service's address to its endpoints. Pure reading
// of the model in netfilter.ts; chain names are kube-proxy's own (kubernetes pkg/proxy/iptables/proxier.go).

import type { NetfilterRule, NetfilterRules } from './netfilter.ts';

export type ServiceRules =
  /** No kube-proxy in iptables mode has ever written here: another mode, or another implementation of Services. */
  | { kind: 'no-kube-proxy' }
  /** The address has no rule. */
  | { kind: 'missing' }
  /** kube-proxy holds that the Service has no endpoints, and rejects. */
  | { kind: 'rejected' }
  /** `address:port` of the endpoints that the rules lead to. */
  | { kind: 'programmed'; targets: string[] };

export interface ServicePort {
  address: string;
  port: number;
  protocol: 'tcp' | 'udp';
}

export function findServiceRules(rules: NetfilterRules, wanted: ServicePort): ServiceRules {
  if (!rules.chains.some(({ table, chain }) => table === 'nat' && chain === 'KUBE-SERVICES'))
    return { kind: 'no-kube-proxy' };
  const entries = rules.rules.filter(
    ({ chain, ...rule }) => chain === 'KUBE-SERVICES' && leadsTo({ chain, ...rule }, wanted),
  );
  const jump = entries.find(({ table, target }) => table === 'nat' && target.startsWith('KUBE-SV'));
  if (jump) return { kind: 'programmed', targets: destinations(rules, jump.target, new Set()) };
  return entries.some(({ target }) => target === 'REJECT') ? { kind: 'rejected' } : { kind: 'missing' };
}

function leadsTo(rule: NetfilterRule, { address, port, protocol }: ServicePort): boolean {
  const option = (name: string): string | undefined => rule.matches.find(([key]) => key === name)?.[1];
  return (
    option('-d')?.replace(/\/(32|128)$/, '') === address &&
    option('-p') === protocol &&
    option('--dport') === String(port)
  );
}

/** Follows jumps from a chain to the DNAT rules at its ends. */
function destinations(rules: NetfilterRules, chain: string, seen: Set<string>): string[] {
  if (seen.has(chain)) return [];
  seen.add(chain);
  return rules.rules
    .filter((rule) => rule.table === 'nat' && rule.chain === chain)
    .flatMap((rule) => {
      if (rule.target !== 'DNAT')
        return rule.target.startsWith('KUBE-S') ? destinations(rules, rule.target, seen) : [];
      return rule.matches.filter(([key]) => key === '--to-destination').map(([, value]) => value);
    });
}
