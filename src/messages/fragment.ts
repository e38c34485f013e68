// Fragments: the pieces of one line of text, before any surface draws them. Surfaces decide what bold, code,
// an instant or a person look like; no markup language is spoken here, so nothing has to be escaped here either.

export type Fragment =
  | { kind: 'text'; text: string }
  | { kind: 'strong'; text: string }
  | { kind: 'code'; text: string }
  /** ISO 8601; Slack shows it in the reader's own time zone, a terminal in UTC. */
  | { kind: 'time'; at: string }
  /** User id of the surface on which the incident lives. */
  | { kind: 'person'; id: string }
  /** User group, whose members are called. */
  | { kind: 'group'; id: string }
  | { kind: 'channel'; id: string };

export type Line = Fragment[];

export const strong = (text: string): Fragment => ({ kind: 'strong', text });
export const code = (text: string): Fragment => ({ kind: 'code', text });
export const time = (at: string): Fragment => ({ kind: 'time', at });
export const person = (id: string): Fragment => ({ kind: 'person', id });
export const group = (id: string): Fragment => ({ kind: 'group', id });
export const channel = (id: string): Fragment => ({ kind: 'channel', id });

/** The line without any drawing: notifications, logs, the evidence file. */
export const plain = (pieces: Line): string => pieces.map(plainFragment).join('');

function plainFragment(fragment: Fragment): string {
  switch (fragment.kind) {
    case 'text':
    case 'strong':
    case 'code':
      return fragment.text;
    case 'time':
      return `${fragment.at.slice(11, 16)} UTC`;
    case 'person':
    case 'group':
      return `@${fragment.id}`;
    case 'channel':
      return `#${fragment.id}`;
  }
}

/** Reads `backticks` as code; an unpaired one stays what it is. */
export function inline(text: string): Line {
  return text
    .split(/`([^`\n]+)`/)
    .map((piece, index): Fragment => (index % 2 === 1 ? code(piece) : { kind: 'text', text: piece }))
    .filter((fragment) => fragment.kind !== 'text' || fragment.text !== '');
}

export function line(...pieces: (string | Fragment | Line)[]): Line {
  return pieces.flatMap((piece) => (typeof piece === 'string' ? inline(piece) : piece));
}

/** Puts foreign text between backticks so that it can be told from ours. */
export const quoted = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** Wraps foreign text that may be long: one line, at most `limit` characters. */
export function shortened(text: string, limit: number): string {
  const oneLine = text.replace(/\s+/g, ' ').trim();
  return oneLine.length <= limit ? oneLine : `${oneLine.slice(0, limit - 1)}…`;
}
