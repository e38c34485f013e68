// Why nothing found is not yet "fine": a node of which no packet of the full size was seen to arrive, and what stood in the
// way of seeing it. Pure.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { InconclusiveReason } from '../../diagnosis/playbook.ts';
import { isLossy } from './sizes.ts';
import { joinsSame, type TriedWay } from './ways.ts';

const MAX_REASONS = 3;

export function doubts(
  asked: TriedWay[],
  remembered: TriedWay[],
  unchecked: Unavailable[],
): InconclusiveReason[] {
  const names = [...new Set(asked.flatMap(({ from, to }) => [from.name, to.name]))];
  const open = names.filter((name) => !isSeenWhole(name, asked));
  const reasons = asked
    .filter(({ from, to }) => open.includes(from.name) || open.includes(to.name))
    .flatMap((way) => reasonOf(way, remembered));
  if (open.length === 0 && names.length > 0) return lossOn(asked);
  const unseen = unchecked.map((evidence): InconclusiveReason => ({ kind: 'unavailable', evidence }));
  const all = onceEach([...reasons, ...unseen]).slice(0, MAX_REASONS);
  return all.length > 0
    ? all
    : [{ kind: 'elsewhere', why: 'path-between-nodes', next: 'diagnose cross-node' }];
}

/** From or to its pods; between nodes only where no pods can be tried. */
function isSeenWhole(name: string, asked: TriedWay[]): boolean {
  const own = asked.filter(({ from, to }) => from.name === name || to.name === name);
  const withPods = own.filter(({ between }) => between === 'pods');
  return (withPods.length > 0 ? withPods : own).some(({ passage }) => passage.kind === 'whole');
}

/** All sizes get through, and a share of them is lost all the same. */
function lossOn(asked: TriedWay[]): InconclusiveReason[] {
  const lossy = asked.find((way) =>
    isLossy(asked.filter((other) => joinsSame(way, other)).flatMap(({ tries }) => tries)),
  );
  if (!lossy) return [];
  const next = `diagnose cross-node ${lossy.from.name} ${lossy.to.name}`;
  return [{ kind: 'elsewhere', why: 'path-between-nodes', next }];
}

function reasonOf(way: TriedWay, remembered: TriedWay[]): InconclusiveReason[] {
  const { passage, from, to, tcp, tries } = way;
  const pair = `${from.name} ${to.name}`;
  if (remembered.includes(way))
    return [{ kind: 'elsewhere', why: 'mtu-remembered', next: `diagnose mtu ${pair}` }];
  if (passage.kind === 'silent') {
    const isFiltered = tcp?.status === 'observed' && ['connected', 'refused'].includes(tcp.value.kind);
    return [
      isFiltered
        ? { kind: 'elsewhere', why: 'pings-filtered', next: `diagnose cross-node ${pair}` }
        : { kind: 'elsewhere', why: 'path-between-nodes', next: `diagnose cross-node ${pair}` },
    ];
  }
  return tries.flatMap(({ ping }): InconclusiveReason[] =>
    ping.status === 'unavailable' ? [{ kind: 'unavailable', evidence: ping }] : [],
  );
}

/** One reason of a kind and place is enough. */
function onceEach(reasons: InconclusiveReason[]): InconclusiveReason[] {
  const keyOf = (reason: InconclusiveReason): string => {
    switch (reason.kind) {
      case 'elsewhere':
        return reason.why;
      case 'unavailable':
        return `${reason.evidence.vantage.kind === 'api' ? 'api' : reason.evidence.vantage.node} ${reason.evidence.reason}`;
      case 'crashed':
        return reason.playbook;
    }
  };
  return reasons.filter((each, at) => reasons.findIndex((other) => keyOf(other) === keyOf(each)) === at);
}
