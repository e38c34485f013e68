// Looks for the netfilter rule that drops a flow on a node, in both iptables back ends and in nftables, and in a pod's own network
// when one is given. What could not be read is returned as such: "no rule seen" is not "no rule".

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { CodeDefinition, Finding, FindingCode } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { PodRef } from '../../diagnosis/target.ts';
import {
  policiesDropping,
  rulesDropping,
  rulesThatMayDrop,
  uncountedDrops,
} from '../../probes/dropped-flow.ts';
import { type NetfilterBackend, type NetfilterRules, readNetfilter } from '../../probes/netfilter.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { readNftRuleset } from '../../probes/nft-ruleset.ts';
import type { DroppedFlow } from '../../probes/rule-match.ts';
import { isServiceRefusal } from '../../probes/service-rules.ts';

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
    rulesDropping(each, flow)
      .filter((rule) => !isServiceRefusal(rule))
      .map((rule) => ({ ...rule, backend: each.backend })),
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

export interface RisingDrop {
  rule: DroppingRule;
  /** Packets that it dropped between the two readings. Undefined: it does not count. */
  rose: number | undefined;
  /** It surely picks packets of the flow; else that its count rose along with them is all that is known. */
  isSure: boolean;
}

// A rule that picks by what is not known here has to rise by more than the odd packet of somebody else's.
const ENOUGH = 5;

/**
 * Rules that dropped packets like the flow's between two readings while it was tried, the most first; then those that do
 * not count and would drop it.
 */
export function risingDrops(
  before: Evidence<NetfilterRules>[],
  after: Evidence<NetfilterRules>[],
  flow: DroppedFlow,
): RisingDrop[] {
  const found = after.flatMap((read): RisingDrop[] => {
    if (read.status === 'unavailable') return [];
    const { value: later } = read;
    const earlier = before.find((each) => each.status === 'observed' && each.value.backend === later.backend);
    const drop = (isSure: boolean) => (rule: Counting) => {
      const packets =
        rule.packets === undefined ? undefined : rule.packets - countOf(rule, earlier, later.backend);
      return { rule: toDroppingRule({ ...rule, backend: later.backend }), rose: packets, isSure };
    };
    return [
      ...[...rulesDropping(later, flow), ...policiesDropping(later, flow)].map(drop(true)),
      ...rulesThatMayDrop(later, flow).map(drop(false)),
      ...uncountedDrops(later, flow).map(drop(true)),
    ];
  });
  return found
    .filter(({ rose, isSure }) => rose === undefined || rose >= (isSure ? 1 : ENOUGH))
    .sort((a, b) => weight(b) - weight(a));
}

type Counting = Pick<DroppingRule, 'text' | 'table' | 'chain'> & { packets: number | undefined };

const weight = ({ rose = 0, isSure }: RisingDrop): number => rose + (isSure ? 1e9 : 0) * Math.min(1, rose);

/** What it had counted; equal rules in one chain are told apart by nothing, and the first one sees the packets. */
function countOf(
  rule: Counting,
  earlier: Evidence<NetfilterRules> | undefined,
  backend: NetfilterBackend,
): number {
  if (earlier?.status !== 'observed' || earlier.value.backend !== backend) return 0;
  const { rules, policies } = earlier.value;
  const isSame = (each: { table: string; chain: string }): boolean =>
    each.table === rule.table && each.chain === rule.chain;
  const known = rules.find((each) => isSame(each) && each.text === rule.text);
  return known?.packets ?? (rule.text.startsWith('-P ') ? (policies.find(isSame)?.packets ?? 0) : 0);
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
