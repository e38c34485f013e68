// Looks for the netfilter rule that drops a flow on a node, in both iptables back ends and in nftables, and in a pod's own network
// when one is given. What could not be read is returned as such: "no rule seen" is not "no rule".

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { CodeDefinition, Finding, FindingCode } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { PodRef } from '../../diagnosis/target.ts';
import {
  type DroppedFlow,
  type NetfilterBackend,
  type NetfilterRules,
  policiesDropping,
  readNetfilter,
  rulesDropping,
} from '../../probes/netfilter.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { readNftRuleset } from '../../probes/nft-ruleset.ts';

/** A netfilter rule that was seen to drop the traffic in question. */
export interface DroppingRule {
  /** As iptables-save or nft prints it. */
  text: string;
  table: string;
  chain: string;
  /** Absent when the rule does not count. */
  packets?: number;
  backend: NetfilterBackend;
}

declare module '../../diagnosis/finding.ts' {
  interface FindingParams {
    'node.forward-drop': { rule: DroppingRule };
    'node.firewall-drop': { rule: DroppingRule };
    'pod.firewalled': { pod: string; rule: DroppingRule };
  }
}

export const dropCodes = {
  'node.forward-drop': { layer: 'host', priority: 'P1' },
  'node.firewall-drop': { layer: 'host', priority: 'P1' },
  'pod.firewalled': { layer: 'host', priority: 'P1' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;

export interface RuleSearch {
  /** The rule with the most dropped packets; undefined when none was seen. */
  rule: DroppingRule | undefined;
  evidence: Evidence<NetfilterRules>[];
}

export async function findDroppingRule(
  ask: Ask,
  vantage: NetworkVantage,
  flow: DroppedFlow,
): Promise<RuleSearch> {
  const evidence = await Promise.all([
    ask(readNetfilter(vantage, 'iptables-nft')),
    ask(readNetfilter(vantage, 'iptables-legacy')),
    ask(readNftRuleset(vantage)),
  ]);
  const read = evidence.flatMap((each) => (each.status === 'observed' ? [each.value] : []));
  const rules = read.flatMap((each) =>
    rulesDropping(each, flow).map((rule) => ({ ...rule, backend: each.backend })),
  );
  // A policy catches what no rule let through, whatever it was: it explains only what no rule does.
  const policies = read.flatMap((each) =>
    policiesDropping(each).map((policy) => ({ ...policy, backend: each.backend })),
  );
  const [worst] = [...rules.sort(byPackets), ...policies.sort(byPackets)];
  return {
    evidence,
    rule: worst && {
      text: worst.text,
      table: worst.table,
      chain: worst.chain,
      ...(worst.packets === undefined ? {} : { packets: worst.packets }),
      backend: worst.backend,
    },
  };
}

const byPackets = (a: { packets: number | undefined }, b: { packets: number | undefined }): number =>
  (b.packets ?? 0) - (a.packets ?? 0);

/** `pod`: the rule stands in that pod's own network namespace. */
export function dropFinding(
  node: string,
  rule: DroppingRule,
  evidence: Evidence<unknown>[],
  pod?: PodRef,
): Finding {
  const basis = {
    node,
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: ['dns.udp-blocked', 'dns.intermittent-timeout', 'dns.upstream-failing'],
    remediations: [],
  } satisfies Partial<Finding>;
  if (pod) {
    const params = { pod: `${pod.namespace}/${pod.name}`, rule };
    return {
      code: 'pod.firewalled',
      ...dropCodes['pod.firewalled'],
      params,
      subject: { kind: 'pod', ...pod },
      ...basis,
    };
  }
  const subject = { kind: 'node', name: node };
  return rule.chain.includes('FORWARD')
    ? { code: 'node.forward-drop', ...dropCodes['node.forward-drop'], params: { rule }, subject, ...basis }
    : { code: 'node.firewall-drop', ...dropCodes['node.firewall-drop'], params: { rule }, subject, ...basis };
}
