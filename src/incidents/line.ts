// From what was typed (or what Slack made of it) to clean words. Nothing is understood here, only tidied:
// links, entities, typographic dashes and quotes, arrows, and the option `--cluster` that may stand anywhere.

export interface Line {
  words: string[];
  /** Value of `--cluster`; empty when the option stands without one. */
  cluster?: string;
}

// https://docs.slack.dev/messaging/formatting-message-text: <url|label>, <@U..|name>, <#C..|name>, <!here>.
const SLACK_LINK = /<([^<>|]*)(?:\|([^<>]*))?>/g;
const ARROW = /\s*(?:->|=>|→|⇒|➔|➜)\s*/g;
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff]/g;
const QUOTES = /^["'`“”„‘’«»]+|["'`“”„‘’«»]+$/g;
// Phones turn `--cluster` into `—cluster`.
const LONG_DASH = /(^|\s)[—–]+(?=[a-z])/gi;
// A mention or the command itself in front of the words.
const ADDRESS = /^(?:\/?cni|@[UW][A-Z0-9]+)$/;

export function readLine(text: string): Line {
  const words = text
    .replace(SLACK_LINK, (_, link: string, label: string | undefined) => linkText(link, label))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(INVISIBLE, '')
    .replace(LONG_DASH, '$1--')
    .replace(ARROW, ' -> ')
    .split(/\s+/u)
    .map((word) => word.replace(QUOTES, ''))
    .filter((word) => word !== '');

  while (words[0] !== undefined && ADDRESS.test(words[0])) words.shift();
  return takeCluster(words);
}

export const writeLine = ({ words, cluster }: Line): string =>
  [...words, ...(cluster ? ['--cluster', cluster] : [])].join(' ');

function linkText(link: string, label: string | undefined): string {
  // A mention is its id: the name beside it is chosen by users.
  if (/^[@#!]/.test(link)) return link;
  return label || link.replace(/^[a-z]+:\/\//, '').replace(/\/$/, '');
}

function takeCluster(words: string[]): Line {
  const at = words.findIndex((word) => /^--cluster(=|$)/i.test(word));
  if (at < 0) return { words };
  const inline = words[at]?.split('=')[1];
  const taken = inline === undefined ? 2 : 1;
  return {
    words: words.toSpliced(at, taken),
    cluster: inline ?? words[at + 1] ?? '',
  };
}
