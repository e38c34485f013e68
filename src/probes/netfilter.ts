// Netfilter rules of a node or of a pod's network, from both iptables back ends and from nft, as one model. Rules are parsed,
// never searched as text; which of them drop a given flow is dropped-flow.ts.

import type { RawAnswer } from '../cluster/access.ts';
import { describeVantage, type Probe, Unparsable } from '../diagnosis/probe.ts';
import { type NetworkVantage, networkOf, vantageOf } from './network-vantage.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'netfilter.rules': { backend: NetfilterBackend };
  }
}

export type IptablesBackend = 'iptables-nft' | 'iptables-legacy';
export type NetfilterBackend = IptablesBackend | 'nftables';

export interface NetfilterRule {
  table: string;
  chain: string;
  /** As printed, from `-A` on. */
  text: string;
  /** Undefined when the rule does not count, as nftables rules need not. */
  packets: number | undefined;
  /** Jump target: DROP, REJECT, ACCEPT, a chain, ...; empty when the rule only counts. */
  target: string;
  /** Options with their values, in order: `-p` -> udp, `--dport` -> 53. A negated one has the key `! --dport`. */
  matches: [string, string][];
}

export interface NetfilterRules {
  backend: NetfilterBackend;
  rules: NetfilterRule[];
  /** Every chain, those without rules included. */
  chains: {
    table: string;
    chain: string /** Of nftables' base chains, whose names say nothing. */;
    hook?: string;
  }[];
  /** `table/chain` -> policy and the packets that fell through to it, of built-in chains. */
  policies: { table: string; chain: string; policy: string; packets: number }[];
}

const PROGRAM: Record<IptablesBackend, 'iptables-nft-save' | 'iptables-legacy-save'> = {
  'iptables-nft': 'iptables-nft-save',
  'iptables-legacy': 'iptables-legacy-save',
};

/** `run`: tells a reading before from one after. */
export function readNetfilter(
  vantage: NetworkVantage,
  backend: IptablesBackend,
  run?: string,
): Probe<NetfilterRules> {
  return {
    id: `netfilter.rules(${backend})${run === undefined ? '' : ` (${run})`}@${describeVantage(vantage)}`,
    label: { topic: 'netfilter.rules', params: { backend } },
    vantage: vantageOf(vantage),
    question: {
      via: 'node',
      node: vantage.node,
      netns: networkOf(vantage),
      command: { kind: 'run', argv: [PROGRAM[backend], '-c'] },
      timeoutMs: 5000,
      ...(run === undefined ? {} : { run }),
    },
    parse: (raw) => parseIptablesSave(raw, backend),
  };
}

/** Rules for IPv6, of the back end that the program itself chooses. */
export const readIp6tables = (vantage: NetworkVantage): Probe<NetfilterRules> => ({
  id: `netfilter.rules(ip6tables)@${describeVantage(vantage)}`,
  label: { topic: 'netfilter.rules', params: { backend: 'iptables-nft' } },
  vantage: vantageOf(vantage),
  question: {
    via: 'node',
    node: vantage.node,
    netns: networkOf(vantage),
    command: { kind: 'run', argv: ['ip6tables-save', '-c'] },
    timeoutMs: 5000,
  },
  parse: (raw) => parseIptablesSave(raw, 'iptables-nft'),
});

/** Exported for its tests on captured output. */
export function parseIptablesSave(raw: RawAnswer, backend: IptablesBackend): NetfilterRules {
  if (raw.kind !== 'exited') throw new Unparsable(`expected iptables-save's output, got ${raw.kind}`);
  if (raw.code !== 0) throw new Unparsable(raw.stderr.trim().slice(0, 200) || `exit code ${raw.code}`);
  if (raw.truncated) throw new Unparsable('the rule set is larger than the output limit');
  const parsed: NetfilterRules = { backend, rules: [], chains: [], policies: [] };
  let table = '';
  for (const line of raw.stdout.split('\n')) {
    const policy = /^:(\S+) (\S+) \[(\d+):\d+\]/.exec(line);
    const rule = /^\[(\d+):\d+\] (-A (\S+).*)$/.exec(line);
    if (line.startsWith('*')) table = line.slice(1);
    if (policy) parsed.chains.push({ table, chain: policy[1] ?? '' });
    if (policy && policy[2] !== '-')
      parsed.policies.push({
        table,
        chain: policy[1] ?? '',
        policy: policy[2] ?? '',
        packets: Number(policy[3]),
      });
    else if (rule)
      parsed.rules.push({
        table,
        chain: rule[3] ?? '',
        text: rule[2] ?? '',
        packets: Number(rule[1]),
        ...options(rule[2] ?? ''),
      });
  }
  return parsed;
}

function options(text: string): Pick<NetfilterRule, 'target' | 'matches'> {
  const words = [...text.matchAll(/"(?:\\.|[^"\\])*"|\S+/g)].map(([word]) => word.replace(/^"|"$/g, ''));
  const matches: [string, string][] = [];
  let target = '';
  let negated = '';
  for (let at = 2; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '!') {
      negated = '! ';
      continue;
    }
    const values: string[] = [];
    while (at + 1 < words.length && !/^(-{1,2}[a-z]|!$)/i.test(words[at + 1] as string))
      values.push(words[++at] as string);
    if (word === '-j' || word === '-g') target = values[0] ?? '';
    else if (word !== '-m') matches.push([`${negated}${word}`, values.join(' ')]);
    negated = '';
  }
  return { target, matches };
}
