// Where a table of iptables rules takes the first packet of a connection: chains are followed as the kernel would, and a
// rule that picks by what is not known here (chance, earlier connections, sets) both applies and does not. Pure.

import { ipv4Range, rangeContains } from './ipv4-range.ts';
import type { NetfilterRule, NetfilterRules } from './netfilter.ts';

export interface WalkedPacket {
  /** Absent: not known. */
  source?: string;
  destination: string;
  protocol: 'tcp' | 'udp' | 'sctp';
  port: number;
  /** Whether its source, or its destination, is an address of this node (`addrtype` LOCAL). */
  fromNode: boolean;
  toNode: boolean;
}

export interface WalkStart {
  table: string;
  chain: string;
  /** The firewall mark; absent: 0. */
  mark?: number;
  /** Chains of such names are worth remembering as the last one that it was in. */
  remember: RegExp;
  /** A chain of which is remembered whether the packet was sent to it. */
  watch: string;
}

export interface WalkState {
  mark: number;
  /** The last chain that is worth remembering, else the one it started in. */
  last: string;
  watched: boolean;
}

/** What decided about the packet. */
export type Verdict =
  | { kind: 'translated'; to: string }
  | { kind: 'masqueraded' }
  | { kind: 'stopped'; by: 'DROP' | 'REJECT' }
  /** Accepted, or past the last rule. */
  | { kind: 'undecided' };

export type WalkEnd = WalkState & Verdict;

// Nobody nests chains deeper; it stops what jumps in a circle.
const MAX_DEPTH = 16;

export function walkRules(rules: NetfilterRules, start: WalkStart, packet: WalkedPacket): WalkEnd[] {
  const chains = chainsOf(rules, start.table);
  const ends: WalkEnd[] = [];
  const first: WalkState = { mark: start.mark ?? 0, last: start.chain, watched: false };
  ends.push(...walkChain(start.chain, first, 0).map((state) => ({ kind: 'undecided' as const, ...state })));
  return ends;

  /** The states in which the packet comes out of the chain again. */
  function walkChain(chain: string, entering: WalkState, depth: number): WalkState[] {
    const left: WalkState[] = [];
    let inside = [entering];
    for (const rule of chains.get(chain) ?? []) {
      if (inside.length === 0) break;
      inside = distinct(
        inside.flatMap((state) => {
          const match = matchOf(rule, packet, state);
          if (match === 'no') return [state];
          const { stays, leaves } = apply(rule, state, depth);
          left.push(...leaves);
          return match === 'maybe' ? [state, ...stays] : stays;
        }),
      );
    }
    return distinct([...left, ...inside]);
  }

  function apply(
    rule: NetfilterRule,
    state: WalkState,
    depth: number,
  ): { stays: WalkState[]; leaves: WalkState[] } {
    const verdict = verdictOf(rule);
    if (verdict) {
      ends.push({ ...state, ...verdict });
      return { stays: [], leaves: [] };
    }
    if (rule.target === 'RETURN') return { stays: [], leaves: [state] };
    if (rule.target === 'MARK')
      return { stays: [{ ...state, mark: markAfter(rule, state.mark) }], leaves: [] };
    if (!chains.has(rule.target) || depth >= MAX_DEPTH) return { stays: [state], leaves: [] };
    const entering = {
      ...state,
      last: start.remember.test(rule.target) ? rule.target : state.last,
      watched: state.watched || rule.target === start.watch,
    };
    return { stays: walkChain(rule.target, entering, depth + 1), leaves: [] };
  }
}

function chainsOf({ chains, rules }: NetfilterRules, table: string): Map<string, NetfilterRule[]> {
  const found = new Map<string, NetfilterRule[]>(
    chains.filter((each) => each.table === table).map(({ chain }) => [chain, []]),
  );
  for (const rule of rules) if (rule.table === table) found.get(rule.chain)?.push(rule);
  return found;
}

const distinct = (states: WalkState[]): WalkState[] =>
  states.length < 2 ? states : [...new Map(states.map((state) => [JSON.stringify(state), state])).values()];

function verdictOf(rule: NetfilterRule): Verdict | undefined {
  switch (rule.target) {
    case 'DNAT':
      return { kind: 'translated', to: optionOf(rule, '--to-destination') ?? '' };
    case 'MASQUERADE':
    case 'SNAT':
      return { kind: 'masqueraded' };
    case 'DROP':
    case 'REJECT':
      return { kind: 'stopped', by: rule.target };
    case 'ACCEPT':
      return { kind: 'undecided' };
    default:
      return undefined;
  }
}

const optionOf = ({ matches }: NetfilterRule, name: string): string | undefined =>
  matches.find(([key]) => key === name)?.[1];

/** `--set-xmark value/mask`: the bits of the mask are cleared, then those of the value are flipped. */
function markAfter(rule: NetfilterRule, mark: number): number {
  const [value, mask] = maskedNumber(optionOf(rule, '--set-xmark') ?? '0x0/0x0');
  return ((mark & ~mask) ^ value) >>> 0;
}

function maskedNumber(text: string): [value: number, mask: number] {
  const [value = '0', mask = '0xffffffff'] = text.split('/');
  return [Number(value), Number(mask)];
}

type Match = 'yes' | 'no' | 'maybe';

function matchOf(rule: NetfilterRule, packet: WalkedPacket, state: WalkState): Match {
  let found: Match = 'yes';
  for (const [option, value] of rule.matches) {
    const isNegated = option.startsWith('! ');
    const one = optionMatch(isNegated ? option.slice(2) : option, value, packet, state);
    const meant = isNegated ? OPPOSITE[one] : one;
    if (meant === 'no') return 'no';
    if (meant === 'maybe') found = 'maybe';
  }
  return found;
}

const OPPOSITE: Record<Match, Match> = { yes: 'no', no: 'yes', maybe: 'maybe' };

// They say something of the rule or of what it does, and nothing of which packets it is for.
const NO_MATCH =
  /^--(comment|nfacct-name|set|name|rsource|rdest|mask|seconds|reap|to-destination|set-xmark|random-fully|to-ports|reject-with|persistent)$/;

function optionMatch(option: string, value: string, packet: WalkedPacket, state: WalkState): Match {
  switch (option) {
    case '-p':
      return answer(value === packet.protocol || value === 'all');
    case '-s':
      return packet.source === undefined ? 'maybe' : addressMatch(value, packet.source);
    case '-d':
      return addressMatch(value, packet.destination);
    case '--dport':
    case '--dports':
      return answer(value.split(',').some((range) => portMatch(range, packet.port)));
    case '--dst-type':
      return value === 'LOCAL' ? answer(packet.toNode) : 'maybe';
    case '--src-type':
      return value === 'LOCAL' ? answer(packet.fromNode) : 'maybe';
    case '--mark': {
      const [wanted, mask] = maskedNumber(value);
      return answer((state.mark & mask) >>> 0 === wanted);
    }
    case '--ctstate':
      return answer(value.split(',').includes('NEW'));
    case '-i':
      // What the node sends itself came in by no interface.
      return packet.fromNode ? 'no' : 'maybe';
    default:
      return NO_MATCH.test(option) ? 'yes' : 'maybe';
  }
}

const answer = (is: boolean): Match => (is ? 'yes' : 'no');

function portMatch(range: string, port: number): boolean {
  const [low = 0, high = low] = range.split(':').map(Number);
  return low <= port && port <= high;
}

/** Networks of IPv6 are compared as text, which tells single addresses and no more. */
function addressMatch(networks: string, address: string): Match {
  const one = ipv4Range(address);
  const found = networks.split(',').map((network): Match => {
    const range = ipv4Range(network);
    if (one && range) return answer(rangeContains(range, one));
    if (network.replace(/\/(32|128)$/, '') === address) return 'yes';
    return one || range || network.endsWith('/128') ? 'no' : 'maybe';
  });
  return (['yes', 'maybe'] as const).find((each) => found.includes(each)) ?? 'no';
}
