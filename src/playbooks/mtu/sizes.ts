// Which packet sizes to try on a way, and how far they got. Several at once in place of halving one by one: a verdict then
// takes two turns. A larger packet that came back speaks for all smaller ones. Pure.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { PingResult } from '../../probes/reachability.ts';

/** As a usual ping: when it does not come back either, it is no matter of size. */
export const SMALL = 84;
// What ways commonly take: jumbo frames, Ethernet, PPPoE, IPIP, GCP, VXLAN, WireGuard, Azure, VPNs; the least of IPv6, of IPv4.
const COMMON = [8900, 8500, 4000, 1500, 1492, 1480, 1460, 1450, 1420, 1400, 1350, 1280, 576];
const AT_ONCE = 19;
// A receiver takes a frame with a VLAN tag, whether there is one or not (net/core/dev.c, __is_skb_forwardable).
export const TAG_BYTES = 4;

export interface SizeTry {
  bytes: number;
  ping: Evidence<PingResult>;
}

export type Passage =
  /** Packets of the full size come back. */
  | { kind: 'whole' }
  /** `stopped`: the smallest that does not come back. */
  | { kind: 'short'; largest: number; stopped: number; refusal?: Refusal }
  /** Not even small ones come back: whatever it is, it is no MTU. */
  | { kind: 'silent' }
  | { kind: 'unknown' };

/** Somebody says that packets are too large. */
export interface Refusal {
  mtu: number;
  /** Absent: the sender's own kernel, of a device or from memory. */
  by?: string;
}

/** `edges`: what devices on the way take. Each is tried exactly, so that one turn shows whether it is what stops packets. */
export function firstSizes(full: number | undefined, edges: number[]): number[] {
  if (full === undefined) return [SMALL];
  const wanted = edges.flatMap((edge) => [edge, edge + 1, edge + TAG_BYTES + 1]);
  return inOrder([SMALL, ...wanted.filter((bytes) => bytes > SMALL && bytes < full), full]);
}

interface Bracket {
  largest: number;
  stopped: number;
}

/** Of those that ways commonly take, what is in between, less what a tunnel adds. */
export const commonSizes = ({ largest, stopped }: Bracket, overhead: number): number[] =>
  inOrder(COMMON.map((mtu) => mtu - overhead).filter((bytes) => bytes > largest && bytes < stopped));

/** Evenly between what passes and what does not. */
export function nextSizes({ largest, stopped }: Bracket): number[] {
  const steps = Math.min(AT_ONCE, stopped - largest - 1);
  return inOrder(
    Array.from({ length: steps }, (_, at) =>
      Math.round(largest + ((at + 1) * (stopped - largest)) / (steps + 1)),
    ),
  );
}

const inOrder = (sizes: number[]): number[] => [...new Set(sizes)].toSorted((a, b) => a - b);

export function passageOf(tries: SizeTry[], full: number | undefined): Passage {
  const seen = tries.flatMap(({ bytes, ping }) =>
    ping.status === 'observed' ? [{ bytes, ping: ping.value }] : [],
  );
  // A node's first packet may slip through, in pieces, before its kernel has learnt that it is too large.
  const passed = seen
    .filter(({ ping }) => ping.received > 0 && ping.mtu === undefined)
    .map(({ bytes }) => bytes);
  const largest = Math.max(...passed);
  if (passed.length === 0) return { kind: seen.length > 0 ? 'silent' : 'unknown' };
  if (full === undefined) return { kind: 'unknown' };
  if (largest >= full) return { kind: 'whole' };
  const stopped = seen.filter(({ bytes }) => bytes > largest);
  if (!stopped.some(({ bytes }) => bytes === full)) return { kind: 'unknown' };
  const refusal = refusalIn(stopped.map(({ ping }) => ping));
  return {
    kind: 'short',
    largest,
    stopped: Math.min(...stopped.map(({ bytes }) => bytes)),
    ...(refusal && { refusal }),
  };
}

/** One that names itself before one from memory. */
function refusalIn(pings: PingResult[]): Refusal | undefined {
  const [first] = pings
    .filter(({ mtu }) => mtu !== undefined)
    .toSorted((a, b) => Number(a.mtuFrom === undefined) - Number(b.mtuFrom === undefined));
  if (first?.mtu === undefined) return undefined;
  return { mtu: first.mtu, ...(first.mtuFrom !== undefined && { by: first.mtuFrom }) };
}

// One packet lost in twenty happens on healthy networks, while neighbours are looked up for one.
const ENOUGH_LOST = 4;
const ENOUGH_SHARE = 0.08;

/** Of sizes that get through a share is lost: that is no matter of size. */
export function isLossy(tries: SizeTry[]): boolean {
  const heard = tries.flatMap(({ ping }) =>
    ping.status === 'observed' && ping.value.received > 0 && ping.value.mtu === undefined ? [ping.value] : [],
  );
  const sent = heard.reduce((sum, ping) => sum + ping.sent, 0);
  const lost = sent - heard.reduce((sum, ping) => sum + ping.received, 0);
  return lost >= ENOUGH_LOST && lost / sent >= ENOUGH_SHARE;
}
