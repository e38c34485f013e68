// The legs table: which paths work and which do not, the controls included.
// Cells come first and labels last: a label that wraps on a phone, or holds wide characters, then breaks no column.

import stringWidth from 'string-width';
import type { Leg, LegCell } from '../diagnosis/playbook.ts';
import type { Language } from '../incidents/intent.ts';
import { durationWords } from './durations.ts';
import { shortened } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';

export interface LegTable {
  columns: string[];
  rows: LegRow[];
}

export interface LegRow {
  status: LegCell['status'];
  /** One for each column; empty where the leg was not tried that way. */
  cells: string[];
  label: string;
}

const controlPrefix: Label = { en: 'control: ', zh: '对照：' };
const noAgent: Label = { en: 'no agent', zh: '无 agent' };
const withOthers: Phrase<[name: string, others: number]> = {
  en: (name, others) => `${name} and ${others} more`,
  zh: (name, others) => `${name} 等 ${others + 1} 处`,
};
const beforeLabel: Label = { en: 'before', zh: '之前' };
const afterLabel: Label = { en: 'after', zh: '之后' };
const NOTE_LIMIT = 24;
const COMPARED = 6;

/** All legs, one row each. */
export function legTable(legs: Leg[], language: Language): LegTable {
  const columns = [...new Set(legs.flatMap((leg) => Object.keys(leg.cells)))];
  const rows = legs.map(
    (leg): LegRow => ({
      status: statusOf(leg),
      cells: columns.map((column) => cellText(ownCell(leg, column), language)),
      label: `${leg.control ? controlPrefix[language] : ''}${leg.from} → ${leg.to}`,
    }),
  );
  return { columns, rows };
}

/**
 * Legs from one place that ended alike become one (`n2 → kube-dns and 2 more`), with the slowest of their times: a thread has
 * room for what differs. The evidence file lists them all.
 */
export function foldedLegs(legs: Leg[], language: Language): Leg[] {
  const groups = Object.values(Object.groupBy(legs, likeness)) as Leg[][];
  return groups.map((group) => {
    const [first] = group as [Leg];
    if (group.length === 1) return first;
    const cells = Object.keys(first.cells).map((column) => [column, slowest(group, column)]);
    return {
      ...first,
      to: withOthers[language](first.to, group.length - 1),
      cells: Object.fromEntries(cells),
    };
  });
}

/** What failed before beside what was seen there after; a way that was not tried again is left out. */
export function comparedLegs(before: Leg[], after: Leg[], language: Language): LegTable {
  const rows = before.flatMap((leg) => {
    const again = sameWay(leg, after);
    if (!again) return [];
    const failed = Object.entries(leg.cells).filter(([, cell]) => cell.status === 'failed');
    return failed.flatMap(([column, cell]): LegRow[] => {
      const now = ownCell(again, column);
      if (!now) return [];
      const cells = [cellText(cell, language), cellText(now, language)];
      return [{ status: now.status, cells, label: `${again.from} → ${again.to} · ${column}` }];
    });
  });
  return { columns: [beforeLabel[language], afterLabel[language]], rows: rows.slice(0, COMPARED) };
}

/** A pod that was replaced has another name, so the one way to the same end counts too. */
function sameWay({ control, from, to }: Leg, after: Leg[]): Leg | undefined {
  const there = after.filter((leg) => leg.control === control && leg.to === to);
  return there.find((leg) => leg.from === from) ?? (there.length === 1 ? there[0] : undefined);
}

/** The worst of its cells: failed before unknown before ok. */
export function statusOf(leg: Leg): LegCell['status'] {
  const statuses = Object.values(leg.cells).map((cell) => cell.status);
  if (statuses.includes('failed')) return 'failed';
  return statuses.includes('unknown') ? 'unknown' : 'ok';
}

function likeness({ control, from, cells }: Leg): string {
  const ends = Object.entries(cells).map(([column, cell]) => [
    column,
    cell.status,
    cell.status === 'ok' ? '' : cell.note,
  ]);
  return JSON.stringify([control, from, ends]);
}

function slowest(group: Leg[], column: string): LegCell | undefined {
  const cells = group.flatMap((leg) => ownCell(leg, column) ?? []);
  return cells.toSorted((a, b) => (b.status === 'ok' ? b.ms : 0) - (a.status === 'ok' ? a.ms : 0))[0];
}

/** Own members only: a column may have any name, `toString` included. */
const ownCell = ({ cells }: Leg, column: string): LegCell | undefined =>
  Object.hasOwn(cells, column) ? cells[column] : undefined;

function cellText(cell: LegCell | undefined, language: Language): string {
  if (!cell) return '';
  if (cell.status === 'ok') return `✓ ${durationWords(cell.ms, language)}`;
  const note = cell.note === 'no-vantage' ? noAgent[language] : cell.note;
  return `${cell.status === 'failed' ? '✗' : '?'} ${shortened(note, NOTE_LIMIT)}`;
}

/** Lines of equal columns, header first. Labels longer than `labelLimit` end in an ellipsis. */
export function alignedLegs(table: LegTable, labelLimit: number): string[] {
  const widths = table.columns.map((column, index) =>
    Math.max(stringWidth(column), ...table.rows.map((row) => stringWidth(row.cells[index] ?? ''))),
  );
  const joined = (cells: string[], label: string): string =>
    [...cells.map((cell, index) => padded(cell, widths[index] ?? 0)), shortened(label, labelLimit)]
      .join('  ')
      .trimEnd();
  return [joined(table.columns, ''), ...table.rows.map((row) => joined(row.cells, row.label))];
}

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
