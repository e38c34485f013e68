// Native nftables rules from `nft -j list ruleset`, brought into the netfilter model. Tables that iptables-nft owns are
// left out: iptables-nft-save prints those, and a rule must not be seen twice.

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { describeVantage, type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetfilterRule, NetfilterRules } from './netfilter.ts';
import { type NetworkVantage, networkOf, vantageOf } from './network-vantage.ts';

const IPTABLES_TABLES = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);

const RuleObject = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  expr: z.array(z.record(z.string(), z.unknown())).default([]),
});
const ChainObject = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  policy: z.string().optional(),
  hook: z.string().optional(),
});
const Listing = z.object({
  nftables: z.array(z.object({ rule: RuleObject.optional(), chain: ChainObject.optional() })),
});
const Match = z.object({ op: z.string(), left: z.record(z.string(), z.unknown()), right: z.unknown() });
const Counter = z.object({ packets: z.number() });

/** `run`: tells a reading before from one after. */
export function readNftRuleset(vantage: NetworkVantage, run?: string): Probe<NetfilterRules> {
  return {
    id: `netfilter.rules(nftables)${run === undefined ? '' : ` (${run})`}@${describeVantage(vantage)}`,
    label: { topic: 'netfilter.rules', params: { backend: 'nftables' } },
    vantage: vantageOf(vantage),
    question: {
      via: 'node',
      node: vantage.node,
      netns: networkOf(vantage),
      command: { kind: 'run', argv: ['nft', '-j', 'list', 'ruleset'] },
      timeoutMs: 5000,
      ...(run === undefined ? {} : { run }),
    },
    parse: parseNftRuleset,
  };
}

/** Exported for its tests on captured output. */
export function parseNftRuleset(raw: RawAnswer): NetfilterRules {
  if (raw.kind !== 'exited') throw new Unparsable(`expected nft's output, got ${raw.kind}`);
  if (raw.code !== 0) throw new Unparsable(raw.stderr.trim().slice(0, 200) || `exit code ${raw.code}`);
  if (raw.truncated) throw new Unparsable('the rule set is larger than the output limit');
  const listing = Listing.safeParse(JSON.parse(raw.stdout));
  if (!listing.success) throw new Unparsable(z.prettifyError(listing.error).slice(0, 300));
  const isOurs = ({ family, table }: { family: string; table: string }): boolean =>
    !((family === 'ip' || family === 'ip6') && IPTABLES_TABLES.has(table));
  return {
    backend: 'nftables',
    rules: listing.data.nftables.flatMap(({ rule }) => (rule && isOurs(rule) ? [toRule(rule)] : [])),
    chains: listing.data.nftables.flatMap(({ chain }) =>
      chain
        ? [
            {
              table: `${chain.family} ${chain.table}`,
              chain: chain.name,
              ...(chain.hook !== undefined && { hook: chain.hook }),
            },
          ]
        : [],
    ),
    policies: listing.data.nftables.flatMap(({ chain }) =>
      chain?.policy !== undefined && isOurs(chain)
        ? [
            {
              table: `${chain.family} ${chain.table}`,
              chain: chain.name,
              policy: chain.policy.toUpperCase(),
              packets: 0,
            },
          ]
        : [],
    ),
  };
}

function toRule({ family, table, chain, expr }: z.infer<typeof RuleObject>): NetfilterRule {
  const matches = expr.flatMap((part) => ('match' in part ? toMatches(Match.parse(part.match)) : []));
  const counter = expr.map((part) => Counter.safeParse(part.counter)).find(({ success }) => success)?.data;
  const verdict = expr.flatMap((part) => Object.keys(part)).findLast((key) => VERDICTS.has(key));
  const words = matches.map(([name, value]) =>
    `${NFT_WORDS[name] ?? name.replace(/-+/, '')} ${value}`.trim(),
  );
  return {
    table: `${family} ${table}`,
    chain,
    text: [...words, verdict ?? ''].join(' ').trim(),
    packets: counter?.packets,
    target: (verdict ?? '').toUpperCase(),
    matches,
  };
}

/** Back from iptables' options to nft's own words. */
const NFT_WORDS: Record<string, string> = {
  '-p': '',
  '-s': 'ip saddr',
  '-d': 'ip daddr',
  '-i': 'iifname',
  '-o': 'oifname',
  '--ctstate': 'ct state',
};

const VERDICTS = new Set(['drop', 'reject', 'accept', 'queue', 'return', 'jump', 'goto']);

/** Options in iptables' terms where it has them, so that one reading of rules serves both. */
function toMatches({ op, left, right }: z.infer<typeof Match>): [string, string][] {
  const negation = op === '!=' ? '! ' : '';
  const value = valueText(right);
  const payload = left.payload as { protocol?: string; field?: string } | undefined;
  const meta = left.meta as { key?: string } | undefined;
  if (payload?.field === 'dport' || payload?.field === 'sport') {
    const protocol: [string, string][] = payload.protocol === 'th' ? [] : [['-p', payload.protocol ?? '']];
    return [...protocol, [`${negation}--${payload.field}`, value]];
  }
  if (payload?.field === 'saddr') return [[`${negation}-s`, value]];
  if (payload?.field === 'daddr') return [[`${negation}-d`, value]];
  if (meta?.key === 'l4proto' || payload?.field === 'protocol') return [[`${negation}-p`, value]];
  if (meta?.key === 'iifname' || meta?.key === 'iif') return [[`${negation}-i`, value]];
  if (meta?.key === 'oifname' || meta?.key === 'oif') return [[`${negation}-o`, value]];
  if (left.ct !== undefined) return [[`${negation}--ctstate`, value]];
  return [[`${negation}--${Object.keys(left)[0] ?? 'match'}`, value]];
}

function valueText(right: unknown): string {
  if (Array.isArray(right)) return right.map(valueText).join(',');
  if (typeof right !== 'object' || right === null) return String(right);
  if ('set' in right) return valueText(right.set);
  if ('range' in right) return (right.range as unknown[]).map(valueText).join(':');
  if ('prefix' in right) {
    const { addr, len } = right.prefix as { addr: string; len: number };
    return `${addr}/${len}`;
  }
  return JSON.stringify(right);
}
