// Draws lines and documents as Block Kit. Everything readable is rich text: Slack does not parse it, so foreign text
// stays inert without tricks. The legs table is preformatted text and not a `table` block: that one is drawn at the
// end of a message wherever it stands, and the proof has to come before the action.

import type {
  ActionsBlock,
  Button,
  KnownBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextSection,
} from '@slack/types';
import type { Document, Part } from '../messages/document.ts';
import { type Fragment, type Line, plain } from '../messages/fragment.ts';
import { alignedLegs } from '../messages/legs.ts';
import { visible } from '../messages/visible.ts';
import { clipped } from './limits.ts';

// About two lines of a phone.
const LEG_LABEL_LIMIT = 60;
const BUTTON_VALUE_LIMIT = 2000;

export function documentBlocks({ parts }: Document): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let group: RichTextBlockElement[] = [];
  const flush = (): void => {
    if (group.length > 0) blocks.push({ type: 'rich_text', elements: group });
    group = [];
  };
  for (const part of parts) {
    if (part.kind === 'note') {
      flush();
      blocks.push(smallPrint(part.line));
    } else {
      appendPart(group, part);
    }
  }
  flush();
  return blocks;
}

/** Lines under each other in one block. */
export const linesBlock = (lines: Line[]): KnownBlock => ({
  type: 'rich_text',
  elements: [section(joinedLines(lines))],
});

export interface ButtonSpec {
  action: string;
  label: string;
  /** Opaque; whoever clicks is checked again when the click arrives. */
  value: string;
}

export const buttonRow = (specs: ButtonSpec[]): ActionsBlock => ({
  type: 'actions',
  elements: specs.map(
    (spec): Button => ({
      type: 'button',
      action_id: spec.action,
      text: { type: 'plain_text', text: spec.label, emoji: true },
      value: clipped(spec.value, BUTTON_VALUE_LIMIT),
    }),
  ),
});

const smallPrint = (text: Line): KnownBlock => ({
  type: 'context',
  elements: [{ type: 'plain_text', text: visible(plain(text)), emoji: false }],
});

function appendPart(group: RichTextBlockElement[], part: Exclude<Part, { kind: 'note' }>): void {
  switch (part.kind) {
    case 'text':
      appendText(group, part.line);
      return;
    case 'legs':
      group.push(preformatted(alignedLegs(part.table, LEG_LABEL_LIMIT).join('\n')));
      return;
    case 'list':
      appendText(group, part.title);
      group.push({
        type: 'rich_text_list',
        style: part.ordered ? 'ordered' : 'bullet',
        elements: part.items.map((item) => section(elementsOf(item))),
      });
  }
}

/** Sections do not begin a new line by themselves, so texts that follow each other share one. */
function appendText(group: RichTextBlockElement[], text: Line): void {
  const last = group.at(-1);
  if (last?.type === 'rich_text_section')
    last.elements.push({ type: 'text', text: '\n' }, ...elementsOf(text));
  else group.push(section(elementsOf(text)));
}

const section = (elements: RichTextElement[]): RichTextSection => ({ type: 'rich_text_section', elements });

const preformatted = (text: string): RichTextBlockElement => ({
  type: 'rich_text_preformatted',
  elements: [{ type: 'text', text: visible(text) || ' ' }],
});

const joinedLines = (lines: Line[]): RichTextElement[] =>
  lines.flatMap((text, index) => [
    ...(index === 0 ? [] : [{ type: 'text', text: '\n' } as const]),
    ...elementsOf(text),
  ]);

const elementsOf = (text: Line): RichTextElement[] => text.flatMap(elementOf);

function elementOf(fragment: Fragment): RichTextElement[] {
  switch (fragment.kind) {
    case 'text':
      return textElement(fragment.text, undefined);
    case 'strong':
      return textElement(fragment.text, { bold: true });
    case 'code':
      return textElement(fragment.text, { code: true });
    case 'time':
      return [
        {
          type: 'date',
          timestamp: Math.floor(Date.parse(fragment.at) / 1000),
          format: '{time}',
          fallback: plain([fragment]),
        },
      ];
    case 'person':
      return [{ type: 'user', user_id: fragment.id }];
    case 'group':
      return [{ type: 'usergroup', usergroup_id: fragment.id }];
    case 'channel':
      return [{ type: 'channel', channel_id: fragment.id }];
  }
}

/** Slack refuses empty text elements. */
function textElement(text: string, style: { bold?: true; code?: true } | undefined): RichTextElement[] {
  const shown = visible(text);
  return shown === '' ? [] : [{ type: 'text', text: shown, ...(style && { style }) }];
}
