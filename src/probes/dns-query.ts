// DNS queries with dig from a node or a pod's network, to one server, over one protocol; and the parser of dig 9.x.
// Several queries travel in one probe, one after the other, so that a single lost packet is no verdict.

import type { RawAnswer } from '../cluster/access.ts';
import { describeVantage, type Probe, Unparsable } from '../diagnosis/probe.ts';
import { type NetworkVantage, networkOf, vantageOf } from './network-vantage.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'dns.query': { protocol: DnsProtocol; server: string; name: string };
  }
}

export type DnsProtocol = 'udp' | 'tcp';

export interface DnsRecord {
  name: string;
  type: string;
  data: string;
}

export type DnsReply =
  | {
      kind: 'answer';
      rcode: string;
      authoritative: boolean;
      truncated: boolean;
      records: DnsRecord[];
      ms: number;
    }
  /** Nothing came back within the time. */
  | { kind: 'timeout' }
  /** ICMP port unreachable, TCP reset or a REJECT rule. */
  | { kind: 'refused' }
  /** No route, or an ICMP error from the way. */
  | { kind: 'unreachable'; detail: string };

export interface DnsQuery {
  vantage: NetworkVantage;
  /** IPv4 or IPv6 address. */
  server: string;
  /** Absent: 53. */
  port?: number;
  /** What the server is, for people: `Service kube-dns`, a replica's pod name, `upstream`. */
  serverLabel: string;
  /** Fully qualified: search lists are not applied. */
  name: string;
  type?: 'A' | 'AAAA' | 'SRV' | 'TXT' | 'NS' | 'PTR';
  protocol: DnsProtocol;
  /** Sent one after the other. */
  times: number;
  /** For each of them. dig knows whole seconds only. */
  timeoutS: number;
  /** Offer a larger UDP answer (EDNS); absent: the 512 bytes of a plain resolver. */
  bufferBytes?: number;
}

// Starting nsenter and dig on a busy node.
const START_MS = 1000;

export function queryDns(query: DnsQuery): Probe<DnsReply[]> {
  const { server, name, protocol, times, timeoutS } = query;
  const type = query.type ?? 'A';
  const fqdn = name.endsWith('.') ? name : `${name}.`;
  const size = query.bufferBytes === undefined ? '+noedns' : `+bufsize=${query.bufferBytes}`;
  const options = ['+noall', '+comments', '+answer', '+stats', `+time=${timeoutS}`, '+tries=1', size];
  const lookups = Array.from({ length: times }, () => [fqdn, type]).flat();
  const port = query.port === undefined || query.port === 53 ? [] : ['-p', String(query.port)];
  const transport = protocol === 'tcp' ? '+tcp' : '+ignore';
  const argv = ['dig', ...options, transport, ...port, `@${server}`, ...lookups] as const;
  return {
    id: `dns.query(${protocol} ${server}${port.join('')} ${fqdn} ${type} x${times} ${timeoutS}s ${size})@${describeVantage(query.vantage)}`,
    label: { topic: 'dns.query', params: { protocol, server: query.serverLabel, name: fqdn } },
    vantage: vantageOf(query.vantage),
    question: {
      via: 'node',
      node: query.vantage.node,
      netns: networkOf(query.vantage),
      command: { kind: 'run', argv },
      timeoutMs: times * timeoutS * 1000 + START_MS,
    },
    parse: parseDig,
  };
}

/** One reply for each query, in order. Exported for its tests on captured output. */
export function parseDig(raw: RawAnswer): DnsReply[] {
  if (raw.kind !== 'exited') throw new Unparsable(`expected dig's output, got ${raw.kind}`);
  const replies: DnsReply[] = [];
  let problem = '';
  let answer: (DnsReply & { kind: 'answer' }) | undefined;
  for (const line of raw.stdout.split('\n')) {
    const header = /->>HEADER<<- opcode: \w+, status: (\w+)/.exec(line);
    const queryTime = /^;; Query time: (\d+) msec/.exec(line);
    if (header) {
      answer = {
        kind: 'answer',
        rcode: header[1] ?? '',
        authoritative: false,
        truncated: false,
        records: [],
        ms: 0,
      };
    } else if (answer && line.startsWith(';; flags:')) {
      const flags = line.slice(';; flags:'.length).split(';')[0]?.trim().split(' ') ?? [];
      answer.authoritative = flags.includes('aa');
      answer.truncated = flags.includes('tc');
    } else if (answer && queryTime) {
      replies.push({ ...answer, ms: Number(queryTime[1]) });
      answer = undefined;
    } else if (/communications error|failed: |setup with/.test(line)) {
      problem = line;
    } else if (line.includes('no servers could be reached')) {
      replies.push(failureOf(problem));
      problem = '';
    } else if (answer && line !== '' && !line.startsWith(';')) {
      answer.records.push(parseRecord(line));
    }
  }
  if (replies.length === 0)
    throw new Unparsable(`dig said: ${(raw.stderr || raw.stdout).trim().slice(0, 200)}`);
  return replies;
}

function failureOf(problem: string): DnsReply {
  if (problem === '' || problem.includes('timed out')) return { kind: 'timeout' };
  if (problem.includes('connection refused') || problem.includes('connection reset'))
    return { kind: 'refused' };
  return { kind: 'unreachable', detail: problem.replace(/^;; /, '') };
}

/** `name TTL IN TYPE data...` */
function parseRecord(line: string): DnsRecord {
  const [name = '', , , type = '', ...data] = line.trim().split(/\s+/);
  return { name, type, data: data.join(' ') };
}
