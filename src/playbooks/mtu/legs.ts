// One way as a row of the bisect table: a small packet, and one of the full size. Pure.

import type { Leg, LegCell } from '../../diagnosis/playbook.ts';
import { placeName } from '../branches/reach.ts';
import type { JudgedMtus } from './judge.ts';
import { SMALL } from './sizes.ts';
import type { TriedWay } from './ways.ts';

type Seen = Pick<JudgedMtus, 'pieces' | 'remembered' | 'filtered'>;

export const legOf = (way: TriedWay, seen: Seen, control: boolean): Leg => ({
  control,
  from: placeName(way.vantage),
  to: way.full === undefined ? way.label : `${way.label} ${way.full} B`,
  cells: { ping: cellOf(way, SMALL), large: largeCell(way, seen) },
});

/** Of the first try with that size. */
function cellOf({ tries, passage, tcp }: TriedWay, wanted: number | undefined): LegCell {
  const ping = tries.find(({ bytes }) => bytes === wanted)?.ping;
  if (!ping) return { status: 'unknown', note: 'size not known' };
  if (ping.status === 'unavailable') return { status: 'unknown', note: ping.reason };
  const { received, sent, averageMs = 0, errors } = ping.value;
  if (received > 0 && received === sent) return { status: 'ok', ms: averageMs };
  if (received > 0) return { status: 'failed', note: `${sent - received} of ${sent} lost` };
  // Silence to pings beside a working connection is a filter, and no failure.
  const isFiltered = passage.kind === 'silent' && tcp?.status === 'observed' && tcp.value.kind !== 'timeout';
  return { status: isFiltered ? 'unknown' : 'failed', note: errors[0] ?? 'no reply' };
}

function largeCell(way: TriedWay, { pieces, remembered, filtered }: Seen): LegCell {
  const { passage, full } = way;
  if (pieces.some((each) => each.way === way)) return { status: 'failed', note: 'fragmented' };
  switch (passage.kind) {
    case 'short':
      if (filtered.includes(way)) return { status: 'unknown', note: 'pings filtered' };
      return remembered.includes(way)
        ? { status: 'unknown', note: `remembers ${passage.refusal?.mtu}` }
        : { status: 'failed', note: `${passage.stopped} B ${passage.refusal ? 'refused' : 'lost'}` };
    case 'whole':
    case 'silent':
      return cellOf(way, full);
    case 'unknown':
      return full === undefined ? { status: 'unknown', note: 'size not known' } : cellOf(way, full);
  }
}
