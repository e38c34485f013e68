// Addresses in use on each node against the guide's 80 %, and when a range is full if it goes on as in the stored samples.
// host-local gives addresses node by node and never borrows, so each node counts for itself. Pure.

import { addressUse } from '../playbooks/cni-health/address-use.ts';
import type { NodeFiles } from '../playbooks/cni-health/node-files.ts';
import type { CheckParams, CheckStatus, PoolSample, PoolUse } from './checklist.ts';

/** Source guide 8.2. */
const THRESHOLD = 0.8;
/** Sooner than the next working day after a weekend. */
const SOON_MS = 3 * 24 * 60 * 60 * 1000;
const MIN_SAMPLES = 3;
// Three checks in one minute tell of the pods that just started, not of where it is going.
const MIN_SPAN_MS = 60 * 60 * 1000;

export interface PoolCount {
  sample: PoolSample;
  /** Nodes whose addresses could not be counted. */
  unseen: string[];
}

export function countPools(
  looked: NodeFiles[],
  rangeOf: (node: string) => string | undefined,
  at: string,
): PoolCount {
  const counted = looked.flatMap(({ node, addresses }) => {
    const range = rangeOf(node);
    if (range === undefined || addresses?.listing.status !== 'observed') return [];
    const use = addressUse(range, addresses.listing.value);
    return use ? [[node, use] as const] : [];
  });
  const nodes = Object.fromEntries(counted);
  return {
    sample: { at, nodes },
    unseen: looked.map(({ node }) => node).filter((node) => !(node in nodes)),
  };
}

export function judgePools(
  { sample, unseen }: PoolCount,
  earlier: PoolSample[],
  leftOut: number,
): { status: CheckStatus; params: CheckParams['pools'] } {
  const pools = Object.entries(sample.nodes)
    .map(([node, use]): PoolUse => ({ node, ...use }))
    .toSorted((a, b) => shareOf(b) - shareOf(a));
  const crowded = pools.filter((pool) => shareOf(pool) >= THRESHOLD);
  const [fullest] = pools;
  const [forecast] = pools
    .flatMap((pool) => forecastOf(pool, [...earlier, sample]) ?? [])
    .toSorted((a, b) => a.fullInMs - b.fullInMs);
  const params = {
    crowded,
    ...(fullest && { fullest }),
    ...(forecast && { forecast }),
    counted: pools.length,
    unseen,
    leftOut,
  };
  const isFull = pools.some(({ used, capacity }) => used >= capacity);
  const isSoonFull = forecast !== undefined && forecast.fullInMs <= SOON_MS;
  if (isFull) return { status: 'failed', params };
  if (crowded.length > 0 || isSoonFull) return { status: 'attention', params };
  return { status: pools.length === 0 || unseen.length > 0 ? 'unknown' : 'fine', params };
}

const shareOf = ({ used, capacity }: PoolUse): number => (capacity === 0 ? 1 : used / capacity);

/** By the straight line that fits the samples best. Undefined: too few, too short, or it does not fill up. */
function forecastOf(
  { node, used, capacity }: PoolUse,
  samples: PoolSample[],
): { node: string; fullInMs: number } | undefined {
  const points = samples.flatMap(({ at, nodes }) => {
    const use = nodes[node];
    // Counts of another range are another story.
    return use && use.capacity === capacity ? [{ atMs: Date.parse(at), used: use.used }] : [];
  });
  const instants = points.map(({ atMs }) => atMs);
  const span = Math.max(...instants) - Math.min(...instants);
  if (points.length < MIN_SAMPLES || span < MIN_SPAN_MS || used >= capacity) return undefined;
  const perMs = slopeOf(points);
  return perMs > 0 ? { node, fullInMs: Math.round((capacity - used) / perMs) } : undefined;
}

/** Least squares. */
function slopeOf(points: { atMs: number; used: number }[]): number {
  const mean = (numbers: number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  const [meanMs, meanUsed] = [mean(points.map(({ atMs }) => atMs)), mean(points.map(({ used }) => used))];
  const products = points.map(({ atMs, used }) => (atMs - meanMs) * (used - meanUsed));
  const squares = points.map(({ atMs }) => (atMs - meanMs) ** 2);
  return mean(products) / mean(squares);
}
