// What is different between two snapshots, the latest first. What one of them did not see is never called added or
// removed, and what comes and goes with a node is not told beside the node itself. Pure.

import type { Change, RecentChanges, SettingKind } from '../diagnosis/recent-changes.ts';
import type { Setting, Snapshot, Unseen } from './snapshot.ts';

/** A diagnosis is stored and drawn as a whole; hundreds of changes tell no more than these and their number. */
const MAX_CHANGES = 20;

export function diffSnapshots(before: Snapshot, after: Snapshot): Change[] {
  const [was, is] = [index(before), index(after)];
  const all = [...new Set([...was.keys(), ...is.keys()])].flatMap((key): Change[] => {
    const [old, now] = [was.get(key), is.get(key)];
    if (old && now) return old.value === now.value ? [] : [changed(old, now, before.takenAt)];
    if (now) return isUnseen(before, now) ? [] : [added(now)];
    return old && !isUnseen(after, old) ? [removed(old)] : [];
  });
  const moved = new Set(
    all.flatMap(({ kind, what, subjects }) => (kind === 'node' && what !== 'changed' ? subjects : [])),
  );
  const ofNodes = (change: Change): boolean => {
    const [subject = ''] = change.subjects;
    const setting = is.get(keyOf(change.kind, subject)) ?? was.get(keyOf(change.kind, subject));
    return setting?.node !== undefined && moved.has(setting.node) && change.kind !== 'node';
  };
  return fold(all.filter((change) => !ofNodes(change))).toSorted(latestFirst);
}

/** For people; texts are told by the lines that differ. */
export function changesSince(before: Snapshot, after: Snapshot): RecentChanges {
  const all = diffSnapshots(before, after).map(({ before: old, after: now, ...change }) =>
    change.lines
      ? change
      : { ...change, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) },
  );
  const omitted = all.length - MAX_CHANGES;
  return {
    since: before.takenAt,
    changes: all.slice(0, MAX_CHANGES),
    ...(omitted > 0 && { omitted }),
  };
}

/**
 * What is to be compared with later: what the later snapshot did not see is remembered from the earlier one, so that a read
 * that was refused once hides no change for ever.
 */
export function withRemembered(before: Snapshot | undefined, after: Snapshot): Snapshot {
  if (!before) return after;
  const seen = index(after);
  const carried = before.settings.filter(
    (setting) => isUnseen(after, setting) && !seen.has(keyOf(setting.kind, setting.subject)),
  );
  const unseen = after.unseen.flatMap(({ subjects, ...entry }): Unseen[] => {
    const earlier = before.unseen.filter(({ kind }) => kind === entry.kind);
    if (subjects === undefined) return earlier;
    const never = subjects.filter((subject) => earlier.some((each) => covers(each, subject, undefined)));
    return never.length > 0 ? [{ ...entry, subjects: never }] : [];
  });
  return { ...after, settings: [...after.settings, ...carried], unseen };
}

const keyOf = (kind: SettingKind, subject: string): string => `${kind} ${subject}`;

const index = ({ settings }: Snapshot): Map<string, Setting> =>
  new Map(settings.map((setting) => [keyOf(setting.kind, setting.subject), setting]));

const isUnseen = ({ unseen }: Snapshot, { kind, subject, node }: Setting): boolean =>
  unseen.some((each: Unseen) => each.kind === kind && covers(each, subject, node));

const covers = ({ subjects }: Unseen, subject: string, node: string | undefined): boolean =>
  subjects === undefined || subjects.includes(subject) || (node !== undefined && subjects.includes(node));

function changed(old: Setting, now: Setting, sinceAt: string): Change {
  const lines = linesOf(old.value, now.value);
  // What was written before the first snapshot is not what made the difference: clocks differ, or a file was changed.
  const isDated = now.at !== undefined && Date.parse(now.at) >= Date.parse(sinceAt) - CLOCK_DIFFERENCE_MS;
  return {
    kind: now.kind,
    what: 'changed',
    subjects: [now.subject],
    ...{ before: old.value, after: now.value },
    ...(lines && { lines }),
    ...(isDated && datedBy(now)),
  };
}

// Between the API server, whose clock dates writes, and us, whose clock dates snapshots.
const CLOCK_DIFFERENCE_MS = 60_000;

const added = (now: Setting): Change => ({
  kind: now.kind,
  what: 'added',
  subjects: [now.subject],
  after: now.value,
  ...datedBy(now),
});

/** Who removed it, and when, nobody remembers. */
const removed = (old: Setting): Change => ({
  kind: old.kind,
  what: 'removed',
  subjects: [old.subject],
  before: old.value,
});

const datedBy = ({ at, by }: Setting): Pick<Change, 'at' | 'by'> => ({
  ...(at !== undefined && { at }),
  ...(by !== undefined && { by }),
});

function linesOf(before: string, after: string): Change['lines'] {
  const [old, now] = [before, after].map((text) => text.split('\n').map((line) => line.trim())) as [
    string[],
    string[],
  ];
  if (old.length === 1 && now.length === 1) return undefined;
  const without = (lines: string[], others: string[]): string[] =>
    lines.filter((line) => line !== '' && !others.includes(line));
  return { removed: without(old, now), added: without(now, old) };
}

/** A roll-out on a hundred nodes is one change. */
function fold(changes: Change[]): Change[] {
  const groups = Object.groupBy(changes, ({ kind, what, before, after, by }) =>
    JSON.stringify([kind, what, before, after, by]),
  );
  return Object.values(groups).flatMap((alike = []) => {
    const [first, ...others] = alike.toSorted(latestFirst);
    return first
      ? [{ ...first, subjects: [...first.subjects, ...others.flatMap(({ subjects }) => subjects)] }]
      : [];
  });
}

/** Those without a date come last. */
const latestFirst = (a: Change, b: Change): number => instantOf(b) - instantOf(a);

const instantOf = ({ at }: Change): number => (at === undefined ? 0 : Date.parse(at));
