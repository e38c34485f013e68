// Does one netfilter rule pick packets of a flow: surely, surely not, or by something that is not known here? A flow's
// packets go both ways, so that source and destination are either of its ends. Pure.

import { ipv4Range, rangeContains, rangesOverlap } from './ipv4-range.ts';
import type { NetfilterRule } from './netfilter.ts';

export interface DroppedFlow {
  /** Absent: whatever protocol. */
  protocol?: 'udp' | 'tcp' | 'sctp' | 'icmp';
  /** Absent: whatever port, or a protocol without ports; rules that name ports are then about other traffic. */
  port?: number;
  /** Addresses and networks (CIDR) that its ends have; a rule for others is about other traffic. Absent: not known. */
  ends?: string[];
  /** Interfaces by which it may come in or go out. Absent: not known, and then it is any but `lo`. */
  devices?: string[];
  /** It only passes through this network on its way between two others: it meets neither INPUT nor OUTPUT. */
  passing?: boolean;
}

/** `maybe`: by a mark, a state, a set or the like. */
export type FlowMatch = 'yes' | 'no' | 'maybe';

export function matchesFlow(rule: NetfilterRule, flow: DroppedFlow): FlowMatch {
  if (isOtherFamily(rule, flow)) return 'no';
  const found = rule.matches.map(([name, value]) =>
    name.startsWith('! ') ? negated(name.slice(2), value, flow) : plain(name, value, flow),
  );
  if (found.includes('no')) return 'no';
  return found.includes('maybe') ? 'maybe' : 'yes';
}

/** Picks every packet of the flow, in both directions. */
export const coversFlow = (rule: NetfilterRule, flow: DroppedFlow): boolean =>
  !isOtherFamily(rule, flow) &&
  rule.matches.every(([name, value]) => {
    if (NO_MATCH.test(name)) return true;
    if (name === '-p') return flow.protocol !== undefined && plain(name, value, flow) === 'yes';
    if (name !== '-s' && name !== '-d') return false;
    const ranges = value.split(',').map(ipv4Range);
    const covered = flow.ends?.every((end) => {
      const own = ipv4Range(end);
      return own && ranges.some((range) => range && rangeContains(range, own));
    });
    return covered ?? false;
  });

// They say something of the rule or of what it does, and nothing of which packets it is for.
const NO_MATCH =
  /^--(comment|nfacct-name|reject-with|mode|probability|every|packet|random|log-prefix|log-level|set-x?mark)$/;
const PORTS = /^--([ds]?port|[ds]ports|ports)$/;

function plain(name: string, value: string, flow: DroppedFlow): FlowMatch {
  if (NO_MATCH.test(name)) return 'yes';
  // Queries have the port at one end, replies at the other; what else a rule says of ports is the client's.
  if (PORTS.test(name)) return portsMatch(name, value, flow);
  switch (name) {
    case '-p':
      return protocolMatch(value, flow);
    case '-s':
    case '-d':
    case '--src-range':
    case '--dst-range':
      return endsMatch(value, flow);
    case '-i':
    case '-o':
      return deviceMatch(value, flow);
    case '--icmp-type':
      return icmpMatch(value, flow);
    case '--ctstate':
    case '--state':
      return /\bNEW\b/i.test(value) ? 'yes' : 'maybe';
    default:
      return 'maybe';
  }
}

/** A rule for all but something picks the flow unless the flow is wholly that. */
function negated(name: string, value: string, flow: DroppedFlow): FlowMatch {
  if (NO_MATCH.test(name)) return 'yes';
  if (PORTS.test(name)) return portsInclude(value, flow.port) ? 'no' : 'yes';
  switch (name) {
    case '-p':
      return flow.protocol !== undefined && protocolMatch(value, flow) === 'yes' ? 'no' : 'yes';
    case '-s':
    case '-d':
    case '--src-range':
    case '--dst-range': {
      const spared = value.split(',').map(ipv4Range);
      const ends = flow.ends?.map(ipv4Range);
      const all = ends?.every((end) => end && spared.some((range) => range && rangeContains(range, end)));
      return all ? 'no' : 'yes';
    }
    case '-i':
    case '-o':
      return flow.devices?.every((device) => isNamed(value, device)) ? 'no' : 'yes';
    case '--ctstate':
    case '--state':
      return /\bNEW\b/i.test(value) ? 'no' : 'yes';
    default:
      return 'maybe';
  }
}

// /etc/protocols, as iptables-save may print them.
const PROTOCOL_NUMBERS: Record<string, string> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '132': 'sctp' };

function protocolMatch(value: string, { protocol }: DroppedFlow): FlowMatch {
  const names = value.split(',').map((name) => PROTOCOL_NUMBERS[name] ?? name);
  if (names.includes('all') || names.includes('0')) return 'yes';
  return protocol === undefined || names.includes(protocol) ? 'yes' : 'no';
}

function portsMatch(name: string, value: string, flow: DroppedFlow): FlowMatch {
  if (portsInclude(value, flow.port)) return 'yes';
  // The client's own port is any of the high ones.
  return /^--sports?$/.test(name) && flow.port !== undefined && /^1024:/.test(value) ? 'yes' : 'no';
}

function portsInclude(text: string, port: number | undefined): boolean {
  if (port === undefined) return false;
  return text.split(',').some((part) => {
    const [low, high] = part.split(/[:-]/).map(Number);
    return low !== undefined && port >= low && port <= (high ?? low);
  });
}

function endsMatch(value: string, { ends }: DroppedFlow): FlowMatch {
  if (ends === undefined) return 'yes';
  const found = value.split(',').map((network): FlowMatch => {
    const range = ipv4Range(network);
    // A set by its name, or addresses of the other family.
    if (!range) return network.startsWith('@') ? 'maybe' : sameFamily(network, ends) ? 'yes' : 'no';
    return ends.some((end) => {
      const own = ipv4Range(end);
      return own ? rangesOverlap(range, own) : false;
    })
      ? 'yes'
      : 'no';
  });
  return (['yes', 'maybe'] as const).find((each) => found.includes(each)) ?? 'no';
}

/** Of IPv6 no more is compared than that it is IPv6. */
const sameFamily = (network: string, ends: string[]): boolean =>
  ends.some((end) => end.includes(':') === network.includes(':'));

const isOtherFamily = ({ table }: NetfilterRule, { ends }: DroppedFlow): boolean => {
  if (ends === undefined || ends.length === 0) return false;
  const wanted = table.startsWith('ip6 ') ? ':' : table.startsWith('ip ') ? '.' : '';
  return wanted !== '' && !ends.some((end) => end.includes(wanted));
};

function deviceMatch(value: string, { devices }: DroppedFlow): FlowMatch {
  if (devices === undefined) return value.split(',').every((name) => name === 'lo') ? 'no' : 'yes';
  return devices.some((device) => isNamed(value, device)) ? 'yes' : 'no';
}

/** `eth+` in iptables and `eth*` in nft are prefixes. */
const isNamed = (names: string, device: string): boolean =>
  names
    .split(',')
    .some((name) => (/[+*]$/.test(name) ? device.startsWith(name.slice(0, -1)) : name === device));

/** Echo requests and replies are what we send. */
function icmpMatch(value: string, { protocol }: DroppedFlow): FlowMatch {
  if (protocol !== undefined && protocol !== 'icmp') return 'no';
  return /^(0|8|any|255|echo-re(quest|ply))(,|\/|$)/.test(value) ? 'yes' : 'no';
}
