// Live reachability: a TCP connection that is opened and closed at once, and echo requests of a given size. Nothing is
// sent to the application. UDP has no such question: nobody has to answer it.

import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'reach.tcp': { to: string; port: number };
    'reach.ping': { to: string; bytes: number };
  }
}

export type TcpReach =
  | { kind: 'connected' }
  /** A reset, or an ICMP port unreachable: something on the way or at the end said no. */
  | { kind: 'refused' }
  /** Neither an answer nor an error. */
  | { kind: 'timeout' }
  /** An ICMP error or no route, in the kernel's words. */
  | { kind: 'unreachable'; detail: string };

export interface TcpQuestion {
  vantage: NetworkVantage;
  address: string;
  port: number;
  /** For people: a pod's or Service's name. Absent: the address. */
  to?: string;
  /** Linux sends a SYN again after 1 s and 3 s (net/ipv4/tcp_timer.c): 3 s bear one loss of each kind. */
  timeoutS?: number;
  /** Tells apart several attempts of one kind, of which a share may fail. */
  run?: string;
}

const START_MS = 1500;
// What the sender's own cable drops, ping tries again for a while (ENOBUFS) before it counts it as lost.
const RETRY_MS = 2500;

export const connectTcp = ({ vantage, address, port, to, timeoutS = 2, run }: TcpQuestion): Probe<TcpReach> =>
  programProbe({
    vantage,
    argv: ['nc', '-n', '-z', '-v', '-w', String(timeoutS), address, String(port)],
    label: { topic: 'reach.tcp', params: { to: to ?? address, port } },
    timeoutMs: timeoutS * 1000 + START_MS,
    ...(run === undefined ? {} : { run }),
    parse: parseNetcat,
  });

/** Exported for its tests on captured output of OpenBSD netcat. */
export function parseNetcat(raw: RawAnswer): TcpReach {
  const { code, stderr, timedOut } = programOutput(raw);
  if (timedOut || stderr.includes('timed out')) return { kind: 'timeout' };
  if (code === 0) return { kind: 'connected' };
  if (stderr.includes('refused')) return { kind: 'refused' };
  const detail = /failed: (.*)/.exec(stderr)?.[1]?.trim();
  if (detail !== undefined) return { kind: 'unreachable', detail };
  throw new Unparsable(`nc said: ${stderr.trim().slice(0, 200)}`);
}

export interface PingResult {
  sent: number;
  received: number;
  /** Milliseconds; absent when nothing came back. */
  averageMs?: number;
  /** From an ICMP "fragmentation needed" or the local device: the MTU that it names. */
  mtu?: number;
  /** Who sent that ICMP error. Absent: the sender's own kernel said so, of its device or of what it had learnt before. */
  mtuFrom?: string;
  /** ICMP errors and local refusals in ping's words, each once. */
  errors: string[];
}

export interface PingQuestion {
  vantage: NetworkVantage;
  address: string;
  to?: string;
  times?: number;
  intervalS?: number;
  /** Seconds to wait for the last reply. */
  timeoutS?: number;
  /** Size of the IP packet, headers included; absent: ping's usual 84 (IPv4). It must not be fragmented on its way. */
  packetBytes?: number;
  run?: string;
}

const ICMP_HEADERS = { v4: 28, v6: 48 };

export function pingAddress(question: PingQuestion): Probe<PingResult> {
  const { vantage, address, to, times = 3, intervalS = 0.2, timeoutS = 1, packetBytes, run } = question;
  const headers = address.includes(':') ? ICMP_HEADERS.v6 : ICMP_HEADERS.v4;
  const size = packetBytes === undefined ? [] : ['-M', 'do', '-s', String(packetBytes - headers)];
  return programProbe({
    vantage,
    argv: [
      'ping',
      '-n',
      '-c',
      String(times),
      '-i',
      String(intervalS),
      '-W',
      String(timeoutS),
      ...size,
      address,
    ],
    label: { topic: 'reach.ping', params: { to: to ?? address, bytes: packetBytes ?? 56 + headers } },
    timeoutMs:
      Math.ceil((times * intervalS + timeoutS) * 1000) +
      START_MS +
      (packetBytes === undefined ? 0 : RETRY_MS),
    ...(run === undefined ? {} : { run }),
    parse: parsePing,
  });
}

/** Exported for its tests on captured output of iputils ping. */
export function parsePing(raw: RawAnswer): PingResult {
  const { stdout, stderr } = programOutput(raw);
  const counted = /(\d+) packets transmitted, (\d+) received/.exec(stdout);
  // IPv4 says `(mtu = 1400)`, IPv6 `Packet too big: mtu=1400`.
  const mtu = /mtu ?= ?(\d+)/.exec(`${stdout}\n${stderr}`)?.[1];
  const mtuFrom = /^From (\S+) icmp_seq=\d+ .*mtu ?=/m.exec(stdout)?.[1];
  const errors = [
    ...[...stdout.matchAll(/^From \S+ icmp_seq=\d+ (.+)$/gm)].map(([, said]) => said ?? ''),
    ...[...`${stdout}\n${stderr}`.matchAll(/^ping: (.+)$/gm)].map(([, said]) => plainly(said ?? '')),
    // A redirect names a shorter way; the packet goes on all the same.
  ].filter((said) => !said.startsWith('Redirect'));
  if (!counted) {
    // ping gives up before sending when there is no route to begin with.
    if (errors.length > 0) return { sent: 0, received: 0, errors: [...new Set(errors)] };
    throw new Unparsable(`ping said: ${(stderr || stdout).trim().slice(0, 200)}`);
  }
  const average = /= [\d.]+\/([\d.]+)\//.exec(stdout)?.[1];
  return {
    sent: Number(counted[1]),
    received: Number(counted[2]),
    ...(average === undefined ? {} : { averageMs: Number(average) }),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    ...(mtuFrom === undefined ? {} : { mtuFrom }),
    errors: [...new Set(errors)],
  };
}

/** EACCES, from a `prohibit` route for one, makes ping suspect a broadcast address. */
const plainly = (said: string): string => (said.includes('broadcast') ? 'Permission denied' : said);
