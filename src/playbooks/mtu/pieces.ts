// Do large packets get there in one piece? The tunnel lets its packets be fragmented on their way, and nobody notices but
// the kernels' counters of what was cut up and put together, read before and after. Pure.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { KernelCounters } from '../../probes/kernel-settings.ts';
import type { TriedWay } from './ways.ts';

/** Of one node, before and after the packets were sent. */
export interface CountedNode {
  before: Evidence<KernelCounters>;
  after: Evidence<KernelCounters>;
}

export interface Pieces {
  way: TriedWay;
  /** How much of the way takes less than the outer packet: a device of one of the ends, or something in between. */
  at: 'ends' | 'between';
  /** What it takes in one piece. */
  underlay: number;
  /** Packets put together at the other end meanwhile. Undefined: the counters could not be read. */
  reassembled: number | undefined;
  evidence: Evidence<unknown>[];
}

/** The ways on which packets came back whole to their sender, and had been in pieces in between. */
export function waysInPieces(ways: TriedWay[], counted: Map<string, CountedNode>): Pieces[] {
  return ways
    .filter(({ between, passage, pods }) => between === 'pods' && passage.kind === 'whole' && pods)
    .flatMap((way) => {
      const limit = limitOf(way, ways);
      if (!limit || outerOf(way) <= limit.underlay) return [];
      const [sender, receiver] = [counted.get(way.from.name), counted.get(way.to.name)];
      const cut = rise(sender, 'IpFragOKs');
      const reassembled = rise(receiver, 'IpReasmOKs');
      const sent = receivedOf(way);
      const isSeen = (reassembled ?? 0) >= sent || (limit.at === 'ends' && (cut ?? 0) >= sent);
      const isUnseen = cut === undefined && reassembled === undefined && limit.at === 'ends';
      if (!isSeen && !isUnseen) return [];
      const counters = [receiver, sender].flatMap((each) => (each ? [each.after, each.before] : []));
      return [{ way, ...limit, reassembled: reassembled ?? cut, evidence: counters }];
    });
}

/** As large as the tunnel makes a packet of the full size. */
export const outerOf = ({ full = 0, from }: TriedWay): number => full + from.overhead;

function limitOf(way: TriedWay, ways: TriedWay[]): Pick<Pieces, 'at' | 'underlay'> | undefined {
  const devices = [way.from.underlay, way.to.underlay].flatMap((device) => (device ? [device.mtu] : []));
  const least = Math.min(...devices);
  if (outerOf(way) > least) return { at: 'ends', underlay: least };
  const plain = ways.find(
    ({ between, from, to }) => between === 'nodes' && from.name === way.from.name && to.name === way.to.name,
  );
  // Only who says so cuts up what may be cut up; who is silent drops it.
  return plain?.passage.kind === 'short' && plain.passage.refusal?.by !== undefined
    ? { at: 'between', underlay: plain.passage.refusal.mtu }
    : undefined;
}

const receivedOf = ({ tries, full }: TriedWay): number =>
  tries.reduce(
    (sum, { bytes, ping }) => sum + (bytes === full && ping.status === 'observed' ? ping.value.received : 0),
    0,
  );

function rise(counted: CountedNode | undefined, counter: string): number | undefined {
  if (counted?.before.status !== 'observed' || counted.after.status !== 'observed') return undefined;
  return (counted.after.value[counter] ?? 0) - (counted.before.value[counter] ?? 0);
}
