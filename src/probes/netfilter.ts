// Netfilter rules of a node or of a pod's network, from both iptables back ends and from nft, as one model; and which
// of them drop a given flow. Rules are parsed, never searched as text.

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

export interface DroppedFlow {
  /** Absent: whatever protocol. */
  protocol?: 'udp' | 'tcp' | 'icmp';
  /** Absent: whatever port, or a protocol without ports. */
  port?: number;
  /** Addresses and networks (CIDR) that its ends have; a rule for others is about other traffic. Absent: not known. */
  ends?: string[];
  /** It only passes through this network on its way between two others: it meets neither INPUT nor OUTPUT. */
  passing?: boolean;
}

/**
 * Rules that drop or reject the flow, queries or replies, and have done so. Only rules that name its port, or the
 * protocol without any port: a rule for something else that happens to count packets is no explanation. A rule that
 * does not count has to name the port.
 */
export function rulesDropping(rules: NetfilterRules, flow: DroppedFlow): NetfilterRule[] {
  return rules.rules.filter((rule) => {
    if (rule.target !== 'DROP' && rule.target !== 'REJECT') return false;
    const seen = rule.packets === undefined ? portsOf(rule).length > 0 : rule.packets > 0;
    return seen && concerns(rules, rule, flow);
  });
}

type PolicyAsRule = Omit<NetfilterRule, 'matches'>;

/**
 * What would drop the flow and does not say whether it has: rules without a counter that name no port, and the policies
 * of nftables' chains, which count nothing.
 */
export function uncountedDrops(rules: NetfilterRules, flow: DroppedFlow): PolicyAsRule[] {
  const silent = rules.rules.filter(
    (rule) =>
      (rule.target === 'DROP' || rule.target === 'REJECT') &&
      rule.packets === undefined &&
      concerns(rules, rule, flow),
  );
  const policies = rules.policies
    .filter((each) => rules.backend === 'nftables' && each.policy === 'DROP' && isMet(rules, each, flow))
    .map(({ table, chain }) => ({ table, chain, packets: undefined, text: 'policy drop', target: 'DROP' }));
  return [...silent, ...policies];
}

/** Built-in chains that drop what no rule decided, and have done so, in the form of rules. */
export function policiesDropping(rules: NetfilterRules, flow: DroppedFlow = {}): PolicyAsRule[] {
  return rules.policies
    .filter((each) => each.policy === 'DROP' && each.packets > 0 && isMet(rules, each, flow))
    .map(({ table, chain, packets }) => ({
      table,
      chain,
      packets,
      text: `-P ${chain} DROP`,
      target: 'DROP',
    }));
}

const optionOf = (rule: NetfilterRule, ...names: string[]): string | undefined =>
  rule.matches.find(([name]) => names.includes(name))?.[1];

const PORT_OPTIONS = ['--dport', '--dports', '--sport', '--sports', '--port', '--ports'];

/** Queries have the port at one end, replies at the other; what else a rule says of ports is the client's. */
const portsOf = (rule: NetfilterRule): string[] =>
  rule.matches.filter(([name]) => PORT_OPTIONS.includes(name)).map(([, text]) => text);

/** Whether the flow comes by that chain at all, as far as its name or hook tells. */
function isMet({ chains }: NetfilterRules, at: { table: string; chain: string }, flow: DroppedFlow): boolean {
  const known = chains.find(({ table, chain }) => table === at.table && chain === at.chain)?.hook;
  return !flow.passing || !/^(input|output)$/i.test(known ?? at.chain);
}

function concerns(rules: NetfilterRules, rule: NetfilterRule, flow: DroppedFlow): boolean {
  if (!isMet(rules, rule, flow)) return false;
  const protocol = optionOf(rule, '-p');
  const isOther = flow.protocol !== undefined && protocol !== flow.protocol;
  if (protocol !== undefined && isOther && protocol !== 'all') return false;
  if (rule.matches.some(([name, text]) => name === '! -p' && text === flow.protocol)) return false;
  const spared = rule.matches.some(
    ([name, text]) => /^! --[ds]?ports?$/.test(name) && portsInclude(text, flow.port),
  );
  if (spared || !concernsEnds(rule, flow.ends)) return false;
  const ports = portsOf(rule);
  if (ports.length > 0) return ports.some((text) => portsInclude(text, flow.port));
  // Marks, states and address types pick packets that we cannot know to be these.
  const unknowable = rule.matches.some(([name]) =>
    /--(mark|ctstate|state|match-set|dst-type|src-type|nfacct-name)$/.test(name),
  );
  return !unknowable;
}

function portsInclude(text: string, port: number | undefined): boolean {
  if (port === undefined) return false;
  return text.split(',').some((part) => {
    const [low, high] = part.split(':').map(Number);
    return low !== undefined && port >= low && port <= (high ?? low);
  });
}

function concernsEnds(rule: NetfilterRule, ends: string[] | undefined): boolean {
  const named = rule.matches.filter(([name]) => name === '-s' || name === '-d').map(([, text]) => text);
  return (
    ends === undefined ||
    named.every((text) => text.split(',').some((network) => ends.some((end) => overlap(network, end))))
  );
}

/** IPv4 only; of what is written otherwise nothing is known, and it counts as overlapping. */
function overlap(a: string, b: string): boolean {
  const [one, two] = [toRange(a), toRange(b)];
  return !one || !two || (one.low <= two.high && two.low <= one.high);
}

function toRange(network: string): { low: number; high: number } | undefined {
  const [, address = '', length = '32'] = /^((?:\d+\.){3}\d+)(?:\/(\d+))?$/.exec(network) ?? [];
  if (address === '') return undefined;
  const size = 2 ** (32 - Number(length));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const low = Math.floor(number / size) * size;
  return { low, high: low + size - 1 };
}
