// Tries whether one place reaches an address: a TCP connection and a few pings, side by side. Reads what came of it, as a
// row of the bisect table and as one word. Why it fails is for others to say.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask, Leg, LegCell } from '../../diagnosis/playbook.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { connectTcp, type PingResult, pingAddress, type TcpReach } from '../../probes/reachability.ts';

export interface Way {
  from: NetworkVantage;
  address: string;
  /** The other end, for people. */
  to: string;
  port: number;
  /** `connection`: somebody must accept. `answer`: whoever refuses was reached as well. */
  wanted: 'connection' | 'answer';
  /** Where in the cluster the address is; absent: outside, or not known. */
  end?: WayEnd;
}

export interface WayEnd {
  node: string;
  /** `namespace/name`; absent: the node itself. */
  pod?: string;
}

export interface Attempt extends Way {
  tcp: Evidence<TcpReach>;
  ping: Evidence<PingResult>;
}

export type Reach = 'reached' | 'unreached' | 'unknown';

/** The discard port (RFC 863): hardly anybody listens, and who refuses it was reached, ICMP filtered or not. */
export const CLOSED_PORT = 9;

// A SYN is sent again after one second (net/ipv4/tcp_timer.c), so a single loss is no verdict.
const TCP_TIMEOUT_S = 2;

export async function tryWay(ask: Ask, way: Way): Promise<Attempt> {
  const { from: vantage, address, port, to } = way;
  const [tcp, ping] = await Promise.all([
    ask(connectTcp({ vantage, address, port, to, timeoutS: TCP_TIMEOUT_S })),
    ask(pingAddress({ vantage, address, to })),
  ]);
  return { ...way, tcp, ping };
}

/** The first sign of trouble, well before a connection is given up: not every ping came back. */
export async function missesPings(ask: Ask, { from: vantage, address, to }: Way): Promise<boolean> {
  const ping = await ask(pingAddress({ vantage, address, to }));
  return ping.status === 'unavailable' || ping.value.received < ping.value.sent || ping.value.sent === 0;
}

export function reachOf({ tcp, ping, wanted }: Attempt): Reach {
  if (tcp.status === 'observed' && tcp.value.kind === 'connected') return 'reached';
  if (wanted === 'connection') return tcp.status === 'unavailable' ? 'unknown' : 'unreached';
  if (ping.status === 'observed' && ping.value.received > 0) return 'reached';
  // Without TCP, silence to pings proves nothing: ICMP is filtered in many places.
  if (tcp.status === 'unavailable') return 'unknown';
  return tcp.value.kind === 'refused' && !isTurnedAway(ping) ? 'reached' : 'unreached';
}

/** Whether packets get there and back at all, whatever the application says. */
export const arrivesAt = (attempt: Attempt): Reach => reachOf({ ...attempt, wanted: 'answer' });

/** Some came back, and not all. */
export const losesPings = ({ ping }: Attempt): boolean =>
  ping.status === 'observed' && ping.value.received > 0 && ping.value.received < ping.value.sent;

export const isRefused = ({ tcp }: Attempt): boolean =>
  tcp.status === 'observed' && tcp.value.kind === 'refused';

/** A firewall on the way says no in the name of the other end: then not even a ping gets there. */
const isTurnedAway = (ping: Evidence<PingResult>): boolean =>
  ping.status === 'observed' && ping.value.received === 0 && ping.value.errors.length > 0;

export const toLeg = (attempt: Attempt, control: boolean): Leg => ({
  control,
  from: placeName(attempt.from),
  to: attempt.to,
  cells: { TCP: tcpCell(attempt), ping: pingCell(attempt) },
});

/** `client-x (n1)`, or a node's name. */
export const placeName = (vantage: NetworkVantage): string =>
  vantage.kind === 'node' ? vantage.node : `${vantage.pod.name} (${vantage.node})`;

export const evidenceOf = ({ tcp, ping }: Attempt): Evidence<unknown>[] => [tcp, ping];

export const unseenOfAttempt = ({ tcp, ping }: Attempt): Unavailable[] =>
  [tcp, ping].filter((evidence) => evidence.status === 'unavailable');

export function tcpCell({ tcp, wanted }: Pick<Attempt, 'tcp' | 'wanted'>): LegCell {
  if (tcp.status === 'unavailable') return { status: 'unknown', note: tcp.reason };
  switch (tcp.value.kind) {
    case 'connected':
      return { status: 'ok', ms: tcp.ms };
    case 'refused':
      return wanted === 'answer' ? { status: 'ok', ms: tcp.ms } : { status: 'failed', note: 'refused' };
    case 'timeout':
      return { status: 'failed', note: `timeout ${TCP_TIMEOUT_S} s` };
    case 'unreachable':
      return { status: 'failed', note: tcp.value.detail };
  }
}

/** Silence to pings beside a working connection is a filter, and no failure. */
function pingCell(attempt: Attempt): LegCell {
  const { ping } = attempt;
  if (ping.status === 'unavailable') return { status: 'unknown', note: ping.reason };
  const { sent, received, averageMs = 0, errors } = ping.value;
  if (received === sent && sent > 0) return { status: 'ok', ms: averageMs };
  if (received > 0) return { status: 'failed', note: `${sent - received} of ${sent} lost` };
  const note = errors[0] ?? 'no reply';
  return { status: reachOf(attempt) === 'reached' ? 'unknown' : 'failed', note };
}
