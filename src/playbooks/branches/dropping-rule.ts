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
  uncountedDrops,
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
  /** One that would drop it and does not count, where none was seen to. */
  possible?: DroppingRule;
  evidence: Evidence<NetfilterRules>[];
}

export async function findDroppingRule(
  ask: Ask,
  vantage: NetworkVantage,
  flow: DroppedFlow,
): Promise<RuleSearch> {
  const evidence = await readAllRules(ask, vantage);
  const read = evidence.flatMap((each) => (each.status === 'observed' ? [each.value] : []));
  const rules = read.flatMap((each) =>
    rulesDropping(each, flow).map((rule) => ({ ...rule, backend: each.backend })),
  );
  // A policy catches what no rule let through, whatever it was: it explains only what no rule does.
  const policies = read.flatMap((each) =>
    policiesDropping(each, flow).map((policy) => ({ ...policy, backend: each.backend })),
  );
  const [worst] = [...rules.sort(byPackets), ...policies.sort(byPackets)];
  const [silent] = read.flatMap((each) =>
    uncountedDrops(each, flow).map((rule) => ({ ...rule, backend: each.backend })),
  );
  return {
    evidence,
    rule: worst && toDroppingRule(worst),
    ...(!worst && silent && { possible: toDroppingRule(silent) }),
  };
}

const toDroppingRule = ({
  text,
  table,
  chain,
  packets,
  backend,
}: Omit<DroppingRule, 'packets'> & { packets: number | undefined }): DroppingRule => ({
  ...{ text, table, chain },
  ...(packets === undefined ? {} : { packets }),
  backend,
});

/** `run`: tells a reading before from one after. */
export const readAllRules = (
  ask: Ask,
  vantage: NetworkVantage,
  run?: string,
): Promise<Evidence<NetfilterRules>[]> =>
  Promise.all([
    ask(readNetfilter(vantage, 'iptables-nft', run)),
    ask(readNetfilter(vantage, 'iptables-legacy', run)),
    ask(readNftRuleset(vantage, run)),
  ]);

/**
 * Rules that dropped packets like the flow's between two readings while it was tried, the most first; then those that do
 * not count and would drop it.
 */
export function risingDrops(
  before: Evidence<NetfilterRules>[],
  after: Evidence<NetfilterRules>[],
  flow: DroppedFlow,
): (DroppingRule & { rose: number | undefined })[] {
  return after
    .flatMap((read) => (read.status === 'observed' ? [read.value] : []))
    .flatMap((later) => {
      const earlier = before.find(
        (read) => read.status === 'observed' && read.value.backend === later.backend,
      );
      const packetsBefore = (rule: { table: string; chain: string; text: string }): number =>
        earlier?.status === 'observed'
          ? ([...earlier.value.rules, ...policiesDropping(earlier.value)].find(
              ({ table, chain, text }) => table === rule.table && chain === rule.chain && text === rule.text,
            )?.packets ?? 0)
          : 0;
      return [...rulesDropping(later, flow), ...policiesDropping(later)].map((rule) => ({
        text: rule.text,
        table: rule.table,
        chain: rule.chain,
        ...(rule.packets === undefined ? {} : { packets: rule.packets }),
        backend: later.backend,
        rose: rule.packets === undefined ? undefined : rule.packets - packetsBefore(rule),
      }));
    })
    .filter(({ rose }) => rose === undefined || rose > 0)
    .sort((a, b) => (b.rose ?? 0) - (a.rose ?? 0));
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
