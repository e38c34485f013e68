// Which rules of a network namespace drop a given flow: chains are followed from the hooks that it meets, through jumps, as
// far as the rules on the way may apply to it. What a rule picks by and is not known here (marks, sets) stays a maybe. Pure.

import type { NetfilterRule, NetfilterRules } from './netfilter.ts';
import { coversFlow, type DroppedFlow, type FlowMatch, matchesFlow } from './rule-match.ts';

/** A chain's policy in the form of a rule. */
export type PolicyAsRule = Omit<NetfilterRule, 'matches'>;

/**
 * Rules that drop or reject the flow, queries or replies, and have done so. Only rules that name its port, or the
 * protocol without any port: a rule for something else that happens to count packets is no explanation. A rule that
 * does not count has to name the port.
 */
export const rulesDropping = (rules: NetfilterRules, flow: DroppedFlow): NetfilterRule[] =>
  dropsMet(rules, flow).flatMap(({ match, rule }) => {
    const seen = rule.packets === undefined ? namesPort(rule) : rule.packets > 0;
    return match === 'yes' && seen ? [rule] : [];
  });

/** Those that count, and of which it is not known whether they pick the flow: a count that rises with it tells. */
export const rulesThatMayDrop = (rules: NetfilterRules, flow: DroppedFlow): NetfilterRule[] =>
  dropsMet(rules, flow).flatMap(({ match, rule }) =>
    match === 'maybe' && (rule.packets ?? 0) > 0 ? [rule] : [],
  );

/**
 * What would drop the flow and does not say whether it has: rules without a counter that name no port, and the policies
 * of nftables' chains, which count nothing.
 */
export function uncountedDrops(rules: NetfilterRules, flow: DroppedFlow): PolicyAsRule[] {
  const silent = dropsMet(rules, flow).flatMap(({ match, rule }) =>
    match === 'yes' && rule.packets === undefined ? [rule] : [],
  );
  const policies = policiesMet(rules, flow)
    .filter(() => rules.backend === 'nftables')
    .map(({ table, chain }) => ({ table, chain, packets: undefined, text: 'policy drop', target: 'DROP' }));
  return [...silent, ...policies];
}

/** Built-in chains that drop what no rule decided, and have done so, in the form of rules. */
export const policiesDropping = (rules: NetfilterRules, flow: DroppedFlow = {}): PolicyAsRule[] =>
  policiesMet(rules, flow)
    .filter(({ packets }) => packets > 0)
    .map(({ table, chain, packets }) => ({
      table,
      chain,
      packets,
      text: `-P ${chain} DROP`,
      target: 'DROP',
    }));

interface Drop {
  rule: NetfilterRule;
  /** Never `no`. */
  match: FlowMatch;
}

const BUILT_IN = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
// Nobody nests chains deeper; it stops what jumps in a circle.
const MAX_DEPTH = 16;

const dropsMet = (rules: NetfilterRules, flow: DroppedFlow): Drop[] =>
  baseChains(rules, flow).flatMap(({ table, chain }) => walk(rules, flow, table, chain).drops);

const policiesMet = (rules: NetfilterRules, flow: DroppedFlow): NetfilterRules['policies'] =>
  rules.policies.filter(
    ({ table, chain, policy }) =>
      policy === 'DROP' &&
      baseChains(rules, flow).some((base) => base.table === table && base.chain === chain) &&
      !walk(rules, flow, table, chain).accepted,
  );

/** Chains that the kernel itself calls for the flow. */
function baseChains({ chains, rules }: NetfilterRules, flow: DroppedFlow): NetfilterRules['chains'] {
  const listed = new Set(chains.map(keyOf));
  const all = [
    ...chains,
    // A listing may hold rules of a chain that it does not declare.
    ...new Map(rules.filter((rule) => !listed.has(keyOf(rule))).map((rule) => [keyOf(rule), rule])).values(),
  ].map(({ table, chain, ...rest }) => ({
    table,
    chain,
    hook: 'hook' in rest ? rest.hook : BUILT_IN.has(chain) ? chain : undefined,
  }));
  return all.flatMap(({ table, chain, hook }) => {
    if (hook === undefined || (flow.passing && /^(input|output)$/i.test(hook))) return [];
    return [{ table, chain, hook }];
  });
}

const keyOf = ({ table, chain }: { table: string; chain: string }): string => `${table}/${chain}`;

interface Walk {
  drops: Drop[];
  /** Everything of the flow is let through here, so that later rules of the table do not see it. */
  accepted: boolean;
}

function walk(rules: NetfilterRules, flow: DroppedFlow, table: string, start: string): Walk {
  const chains = Map.groupBy(
    rules.rules.filter((rule) => rule.table === table),
    ({ chain }) => chain,
  );
  const drops: Drop[] = [];
  return { accepted: follow(start, 'yes', 0), drops };

  function follow(chain: string, reached: FlowMatch, depth: number): boolean {
    for (const rule of chains.get(chain) ?? []) {
      const match = both(reached, matchesFlow(rule, flow));
      if (match === 'no') continue;
      const all = reached === 'yes' && coversFlow(rule, flow);
      if (rule.target === 'DROP' || rule.target === 'REJECT') drops.push({ rule, match });
      else if (rule.target === 'ACCEPT') {
        if (all) return true;
      } else if (rule.target === 'RETURN') {
        if (all) return false;
      } else if (depth < MAX_DEPTH && rule.target !== '') {
        const accepted = follow(rule.target, match, depth + 1);
        if (accepted && all) return true;
      }
    }
    return false;
  }
}

const both = (a: FlowMatch, b: FlowMatch): FlowMatch => {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'maybe';
};

const namesPort = ({ matches }: NetfilterRule): boolean =>
  matches.some(([name]) => /^--([ds]?port|[ds]ports|ports)$/.test(name));
