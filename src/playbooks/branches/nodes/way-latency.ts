// Does a way take far longer than the others of the same survey? Judged against them only: what is long depends on where
// the nodes are. Pure.

import type { Finding } from '../../../diagnosis/finding.ts';
import type { Culprit, Trial } from './culprits.ts';
import { findCulprits } from './culprits.ts';
import { nodeCodes } from './node-codes.ts';
import { evidenceOfWay, type NodeWay, pingsOf } from './node-ways.ts';
import { placeOf } from './silent-ways.ts';

// Longer than within any one site, and far beyond what load and chance do to a ping.
const LONG_MS = 50;
const TIMES_USUAL = 10;
// Fewer give no idea of what is usual.
const ENOUGH_WAYS = 4;

export function checkLatency(ways: NodeWay[]): Finding[] {
  const timed = ways.flatMap((way) => {
    const ms = timeOf(way);
    return ms === undefined ? [] : [{ way, ms }];
  });
  const times = timed.map(({ ms }) => ms).sort((a, b) => a - b);
  // Every way of one slow node is slow, and those are up to two thirds: what is usual is among the fastest.
  const usual = times[Math.floor(times.length / 4)];
  if (usual === undefined || times.length < ENOUGH_WAYS) return [];
  const isSlow = (ms: number): boolean => ms >= LONG_MS && ms >= usual * TIMES_USUAL;
  const trials = timed.map(
    ({ way: { from, to }, ms }): Trial => ({ from, to, state: isSlow(ms) ? 'fails' : 'passes' }),
  );
  return findCulprits(trials).map((culprit) =>
    slowFinding(
      culprit,
      timed.filter(({ way, ms }) => isSlow(ms) && touches(culprit, way)),
      usual,
    ),
  );
}

/** The fastest of its attempts: one that waits for something else is no measure of the way. */
function timeOf(way: NodeWay): number | undefined {
  const times = pingsOf(way).flatMap(({ averageMs }) => averageMs ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function touches(culprit: Culprit, { from, to }: NodeWay): boolean {
  const nodes = culprit.kind === 'node' ? [culprit.node] : culprit.nodes;
  return culprit.kind === 'node'
    ? nodes.includes(from) || nodes.includes(to)
    : nodes.includes(from) && nodes.includes(to);
}

function slowFinding(culprit: Culprit, slow: { way: NodeWay; ms: number }[], usualMs: number): Finding {
  return {
    code: 'node.latency-high',
    ...nodeCodes['node.latency-high'],
    params: {
      ms: Math.max(...slow.map(({ ms }) => ms)),
      usualMs,
      peers: culprit.kind === 'node' ? culprit.peers : [],
    },
    ...placeOf(culprit),
    confidence: 'proven',
    // Nodes far apart are slow by nature; one that is slow to all the others is not.
    advisory: culprit.kind !== 'node',
    evidence: slow.flatMap(({ way }) => evidenceOfWay(way)),
    explains: [],
    remediations: [],
  };
}
