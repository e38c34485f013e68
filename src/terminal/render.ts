// Draws a diagnosis as plain text: the document that Slack shows too, in the same order and with the same words.
// Colour only where asked for; without it nothing is lost, since every sign has its word.

import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { describeTarget } from '../diagnosis/target.ts';
import type { DiagnosisFailure } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import type { Document, Part } from '../messages/document.ts';
import { code, type Fragment, type Line, line, plain, strong } from '../messages/fragment.ts';
import { diagnosisHeadline } from '../messages/headline.ts';
import { faultName, stateSigns } from '../messages/interface.ts';
import { alignedLegs, type LegRow, type LegTable } from '../messages/legs.ts';
import { failureDocument, verdictDocument } from '../messages/verdict.ts';
import { visible } from '../messages/visible.ts';

export interface TerminalStyle {
  language: Language;
  colour: boolean;
  /** Width at which lines are wrapped. */
  columns: number;
}

export function renderDiagnosis(diagnosis: Diagnosis, style: TerminalStyle): string {
  const place = line(code(diagnosis.cluster), ` · ${describeTarget(diagnosis.target)}`);
  const head = [diagnosisHeadline(diagnosis, style.language), place];
  return drawn(head, verdictDocument(diagnosis, style.language), style);
}

export function renderFailure(
  failure: DiagnosisFailure,
  request: { cluster: string; playbook: string },
  style: TerminalStyle,
): string {
  const head = line(`${stateSigns.failed} `, strong(faultName(request.playbook, style.language)));
  return drawn([head], failureDocument(failure, request, style.language), style);
}

/** Lines that are no document: help, refusals. */
export const renderLines = (lines: Line[], style: TerminalStyle): string =>
  `${lines.map((text) => wrapped(drawLine(text, style), 0, style)).join('\n')}\n`;

const drawn = (head: Line[], document: Document, style: TerminalStyle): string =>
  `${[
    head.map((text) => wrapped(drawLine(text, style), 0, style)).join('\n'),
    ...document.parts.map((part) => drawPart(part, style)),
  ].join('\n\n')}\n`;

function drawPart(part: Part, style: TerminalStyle): string {
  switch (part.kind) {
    case 'text':
      return wrapped(drawLine(part.line, style), 0, style);
    case 'legs':
      return drawLegs(part.table, style);
    case 'list':
      return [
        wrapped(drawLine(part.title, style), 0, style),
        ...part.items.map((item, index) => {
          const mark = part.ordered ? `  ${index + 1}. ` : '  - ';
          return mark + wrapped(drawLine(item, style), mark.length, style).trimStart();
        }),
      ].join('\n');
    case 'note':
      return wrapped(paint('dim', drawLine(part.line, { ...style, colour: false }), style), 0, style);
  }
}

const LEG_COLOURS = { ok: 'green', failed: 'red', unknown: 'yellow' } as const;

function drawLegs(table: LegTable, style: TerminalStyle): string {
  const [header = '', ...rows] = alignedLegs(table, style.columns);
  const colourOf = (row: LegRow | undefined) => LEG_COLOURS[row?.status ?? 'unknown'];
  const lines = [
    paint('bold', header, style),
    ...rows.map((text, index) => paint(colourOf(table.rows[index]), visible(text), style)),
  ];
  return indented(lines.join('\n'), '  ');
}

const drawLine = (text: Line, style: TerminalStyle): string =>
  text.map((fragment) => drawFragment(fragment, style)).join('');

function drawFragment(fragment: Fragment, style: TerminalStyle): string {
  const text = visible(plain([fragment]));
  if (fragment.kind === 'strong') return paint('bold', text, style);
  // Without colour the quotes stay, or nobody would see where a command begins.
  if (fragment.kind === 'code') return style.colour ? paint('cyan', text, style) : `\`${text}\``;
  return text;
}

type Format = 'bold' | 'dim' | 'cyan' | 'green' | 'red' | 'yellow';

const paint = (format: Format, text: string, { colour }: TerminalStyle): string =>
  // The caller decides about colour; Node would otherwise look at stdout.
  colour ? styleText(format, text, { validateStream: false }) : text;

/** Wraps at the terminal's width; later lines begin under the text, not under its mark. */
function wrapped(text: string, indent: number, { columns }: TerminalStyle): string {
  const [first = '', ...rest] = wrapAnsi(text, Math.max(20, columns - indent), { trim: true }).split('\n');
  return [first, ...rest.map((more) => ' '.repeat(indent) + more)].join('\n');
}

const indented = (text: string, prefix: string): string =>
  text
    .split('\n')
    .map((each) => prefix + each)
    .join('\n');
