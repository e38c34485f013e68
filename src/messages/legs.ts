// The legs table: which paths work and which do not, the controls included.
// Cells come first and labels last: a label that wraps on a phone, or holds wide characters, then breaks no column.

import stringWidth from 'string-width';
import type { Leg, LegCell } from '../diagnosis/playbook.ts';
import type { Language } from '../incidents/intent.ts';
import { durationWords } from './durations.ts';
import { shortened } from './fragment.ts';
import type { Label } from './phrase.ts';

export interface LegTable {
  columns: string[];
  rows: LegRow[];
}

export interface LegRow {
  status: 'ok' | 'failed' | 'unknown';
  /** One for each column; empty where the leg was not tried that way. */
  cells: string[];
  label: string;
}

const controlPrefix: Label = { en: 'control: ', zh: '对照：' };
const NOTE_LIMIT = 24;

export function legTable(legs: Leg[], language: Language): LegTable {
  const columns = [...new Set(legs.flatMap((leg) => Object.keys(leg.cells)))];
  const rows = legs.map((leg): LegRow => {
    const statuses = Object.values(leg.cells).map((cell) => cell.status);
    return {
      status: statuses.includes('failed') ? 'failed' : statuses.includes('unknown') ? 'unknown' : 'ok',
      cells: columns.map((column) => cellText(leg.cells[column], language)),
      label: `${leg.control ? controlPrefix[language] : ''}${leg.from} → ${leg.to}`,
    };
  });
  return { columns, rows };
}

function cellText(cell: LegCell | undefined, language: Language): string {
  if (!cell) return '';
  if (cell.status === 'ok') return `✓ ${durationWords(cell.ms, language)}`;
  return `${cell.status === 'failed' ? '✗' : '?'} ${shortened(cell.note, NOTE_LIMIT)}`;
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
