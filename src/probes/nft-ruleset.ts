// Native nftables rules from `nft -j list ruleset`, brought into the netfilter model. What iptables-nft-save prints as well
// is left out: a rule must not be seen twice. It always counts, so a rule there without a counter is somebody else's.

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
/** A named set, or a named map of verdicts. */
const SetObject = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  elem: z.array(z.unknown()).default([]),
});
type SetObject = z.infer<typeof SetObject>;
const Listing = z.object({
  nftables: z.array(
    z.object({
      rule: RuleObject.optional(),
      chain: ChainObject.optional(),
      set: SetObject.optional(),
      map: SetObject.optional(),
    }),
  ),
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
  const sets = listing.data.nftables.flatMap(({ set, map }) => set ?? map ?? []);
  return {
    backend: 'nftables',
    rules: listing.data.nftables.flatMap(({ rule }) =>
      rule && (isOurs(rule) || !counts(rule)) ? toRules(rule, sets) : [],
    ),
    chains: listing.data.nftables.flatMap(({ chain }) =>
      chain
        ? [
            {
              table: `${chain.family} ${chain.table}`,
              chain: chain.name,
              ...(chain.hook !== undefined && { hook: hookOf(chain.family, chain.hook) }),
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

/** What bridges forward is no packet of the IP stack's chains of that name. */
const hookOf = (family: string, hook: string): string => (family === 'bridge' ? `bridge ${hook}` : hook);

type RuleObject = z.infer<typeof RuleObject>;

const counts = ({ expr }: RuleObject): boolean => expr.some((part) => 'counter' in part);

/** One rule, or with a map of verdicts one for each of its entries. */
function toRules({ family, table, chain, expr }: RuleObject, sets: SetObject[]): NetfilterRule[] {
  const own = sets.filter((set) => set.family === family && set.table === table);
  const matches = expr.flatMap((part) => {
    if ('match' in part) return toMatches(Match.parse(part.match), own);
    return 'limit' in part ? [['--limit', ''] as [string, string]] : [];
  });
  const counter = expr.map((part) => Counter.safeParse(part.counter)).find(({ success }) => success)?.data;
  const asRule = (picks: [string, string][], verdict: Record<string, unknown>): NetfilterRule => {
    const key = Object.keys(verdict).find((name) => VERDICTS.has(name)) ?? '';
    const { target = '' } = (verdict[key] ?? {}) as { target?: string };
    const words = picks.map(([name, value]) =>
      `${NFT_WORDS[name] ?? name.replace(/-+/, '')} ${value}`.trim(),
    );
    return {
      table: `${family} ${table}`,
      chain,
      text: [...words, key, target].join(' ').trim(),
      packets: counter?.packets,
      target: target === '' ? key.toUpperCase() : target,
      matches: picks,
    };
  };
  const map = expr.map((part) => VerdictMap.safeParse(part.vmap)).find(({ success }) => success)?.data;
  if (map)
    return entriesOf(map.data, own).map(([value, verdict]) =>
      asRule([...matches, ...toMatches({ op: '==', left: map.key, right: value }, own)], verdict),
    );
  const verdict = expr.findLast((part) => Object.keys(part).some((key) => VERDICTS.has(key)));
  return [asRule(matches, verdict ?? {})];
}

const VerdictMap = z.object({ key: z.record(z.string(), z.unknown()), data: z.unknown() });
const Entries = z.array(z.tuple([z.unknown(), z.record(z.string(), z.unknown())]));

function entriesOf(data: unknown, sets: SetObject[]): [unknown, Record<string, unknown>][] {
  const elements =
    typeof data === 'string'
      ? sets.find(({ name }) => `@${name}` === data)?.elem
      : (data as { set?: unknown } | null)?.set;
  return Entries.safeParse(elements).data ?? [];
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

const VERDICTS = new Set([
  'drop',
  'reject',
  'accept',
  'queue',
  'return',
  'jump',
  'goto',
  'masquerade',
  'snat',
]);

/** Options in iptables' terms where it has them, so that one reading of rules serves both. */
function toMatches({ op, left, right }: z.infer<typeof Match>, sets: SetObject[]): [string, string][] {
  const negation = op === '!=' ? '! ' : '';
  const named = sets.find(({ name }) => `@${name}` === right);
  const value = valueText(named ? named.elem : right);
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
  if (payload?.field === 'type' && payload.protocol === 'icmp')
    return [
      ['-p', 'icmp'],
      [`${negation}--icmp-type`, value],
    ];
  if ((left.ct as { key?: string } | undefined)?.key === 'state') return [[`${negation}--ctstate`, value]];
  // By chance, or every so many: that picks a share of all packets.
  if (left.numgen !== undefined) return [['--probability', value]];
  return [[`${negation}--${Object.keys(left)[0] ?? 'match'}`, value]];
}

function valueText(right: unknown): string {
  if (Array.isArray(right)) return right.map(valueText).join(',');
  if (typeof right !== 'object' || right === null) return String(right);
  if ('set' in right) return valueText(right.set);
  // An element with a comment, a timeout or a counter of its own.
  if ('elem' in right) return valueText((right.elem as { val: unknown }).val);
  if ('range' in right) {
    const bounds = (right.range as unknown[]).map(valueText);
    return bounds.join(bounds.some((bound) => /[.:]/.test(bound)) ? '-' : ':');
  }
  if ('prefix' in right) {
    const { addr, len } = right.prefix as { addr: string; len: number };
    return `${addr}/${len}`;
  }
  return JSON.stringify(right);
}
