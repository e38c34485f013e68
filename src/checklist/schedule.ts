// When each item is checked by itself, and the weekly digest told: our defaults, and what the settings put in their place.
// Who keeps the time is elsewhere. Pure.

import { type CheckItem, checkItems } from './checklist.ts';

export const scheduledChecks = [...checkItems, 'digest'] as const;
export type ScheduledCheck = CheckItem | 'digest';

/** A cron pattern in UTC, or the time between two checks. */
export type CheckRhythm = { pattern: string } | { everyMs: number };

/** Absent: never. */
export type CheckSchedule = Partial<Record<ScheduledCheck, CheckRhythm>>;

/** Minutes between two checks in place of the default; `off`: never, of one or of all. */
export type CheckSettings = 'off' | Partial<Record<ScheduledCheck, number | 'off'>>;

// Quick ones often, what people have to see to once a day; at odd minutes, so that they do not meet.
const defaults: Record<ScheduledCheck, string> = {
  'cni-health': '1-59/15 * * * *',
  pools: '7 * * * *',
  mesh: '4-59/30 * * * *',
  dns: '9-59/15 * * * *',
  policies: '12 6 * * *',
  drill: '17 6 * * 1',
  version: '22 6 * * *',
  digest: '0 7 * * 1',
};

export function scheduleOf(settings: CheckSettings): CheckSchedule {
  if (settings === 'off') return {};
  const rhythms = scheduledChecks.flatMap((check): [ScheduledCheck, CheckRhythm][] => {
    const minutes = settings[check];
    if (minutes === 'off') return [];
    return [[check, minutes === undefined ? { pattern: defaults[check] } : { everyMs: minutes * 60_000 }]];
  });
  return Object.fromEntries(rhythms);
}
