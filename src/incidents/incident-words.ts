// Reads the words of commands about incidents: an incident's id, a person, a span of time.

import { missing, type Read, read, unexpected } from './target-words.ts';

// As queue/ids.ts makes them: the name of the playbook and four letters that look like no others.
const INCIDENT_ID = /^(dns|pod|cross-node|policy|ipam|mtu|cni-health|cluster)-[2-9a-hjkmnp-z]{4}$/;
// With should_escape Slack sends people as ids, https://docs.slack.dev/interactivity/implementing-slash-commands.
const PERSON = /^@([UW][A-Z0-9]{1,20})$/;
const SPAN = /^([1-9]\d{0,3})([mhdw])$/;
const MINUTES = { m: 1, h: 60, d: 24 * 60, w: 7 * 24 * 60 };

/** The incident that the words name first, and the words after it; inside its thread the id may be left out. */
export function takeIncident(words: string[]): { incident?: string; rest: string[] } {
  const [first = '', ...rest] = words;
  const id = first.toLowerCase();
  return INCIDENT_ID.test(id) ? { incident: id, rest } : { rest: words };
}

/** `@U012AB3CD`, or `me`. */
export function readPerson(word: string | undefined): Read<string> {
  if (word === undefined) return missing('value');
  if (word.toLowerCase() === 'me') return read('me');
  const id = PERSON.exec(word)?.[1];
  return id ? read(id) : unexpected(word);
}

/** `30m`, `4h`, `7d`, `2w`. */
export function readMinutes(word: string | undefined): Read<number> {
  if (word === undefined) return missing('value');
  const [, count, unit] = SPAN.exec(word.toLowerCase()) ?? [];
  return count && unit ? read(Number(count) * MINUTES[unit as keyof typeof MINUTES]) : unexpected(word);
}
