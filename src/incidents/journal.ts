// The journal of an incident: who did what, and when. It is the record of its states, and what its thread is told.

export type Actor =
  /** Slack user id. */
  | { kind: 'person'; id: string }
  | { kind: 'alert'; name: string }
  /** The bot by itself: a clock, a re-check, a verdict. */
  | { kind: 'bot' };

export type ReminderPercent = 50 | 80;

export type JournalEvent =
  | { kind: 'acknowledged' }
  /** `to`: Slack user id. */
  | { kind: 'assigned'; to: string }
  | { kind: 'noted'; text: string }
  /** `group`: Slack user group that is called; absent when none is configured. */
  | { kind: 'escalated'; group?: string }
  | { kind: 'silenced'; untilAt: string; count: number }
  | { kind: 'reminded'; percent: ReminderPercent; dueAt: string }
  /** The response time is over and nobody has acted. */
  | { kind: 'overdue'; group?: string }
  | { kind: 'mitigated' }
  | { kind: 'resolved'; why: 'by-hand' | 'cleared' | 'alerts-ended' | 'merged' }
  | { kind: 'reopened'; why: 'alert' | 'recheck' }
  /** The alerts have ended, and yet the incident stays open. */
  | { kind: 'kept-open'; why: 'cause-remains' | 'no-verdict' }
  /** This one went into another incident, because both have the same cause. */
  | { kind: 'merged'; into: string }
  /** Another incident came into this one. */
  | { kind: 'absorbed'; incident: string; alerts: number };

export type JournalEntry = JournalEvent & {
  /** Counts from 1; never used twice. */
  number: number;
  by: Actor;
  at: string;
};

// An incident with more acts than this is told by its thread; the record stays small enough to be written at each of them.
const KEPT_ENTRIES = 200;

export function record(
  journal: readonly JournalEntry[],
  event: JournalEvent,
  by: Actor,
  at: string,
): JournalEntry[] {
  const number = (journal.at(-1)?.number ?? 0) + 1;
  return [...journal, { ...event, number, by, at }].slice(-KEPT_ENTRIES);
}

/** What the thread does not hear as a message of its own: it is read in the root message, which is edited without a sound. */
const silent = ['acknowledged', 'mitigated', 'resolved'] as const;

export type SpokenEntry = Exclude<JournalEntry, { kind: (typeof silent)[number] }>;

const isSpoken = (entry: JournalEntry): entry is SpokenEntry =>
  !(silent as readonly JournalEntry['kind'][]).includes(entry.kind);

/** Entries after `number` that the thread has to be told, oldest first. */
export const unspoken = (journal: readonly JournalEntry[], number: number): SpokenEntry[] =>
  journal.filter(isSpoken).filter((entry) => entry.number > number);
