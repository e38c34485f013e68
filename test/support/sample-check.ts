// Runs of the checklist of no particular cluster, for tests of how they are kept and told.

import type { ChecklistRequest, ChecklistRun, CheckResult } from '../../src/checklist/checklist.ts';
import type { Setting, Snapshot } from '../../src/checklist/snapshot.ts';

export const CHECKED_AT = '2026-03-10T06:00:00.000Z';

export const sampleSnapshot = (settings: Setting[] = [], takenAt = CHECKED_AT): Snapshot => ({
  snapshotVersion: 1,
  takenAt,
  settings,
  unseen: [],
});

/** Every item fine. */
export const fineResults = (at = CHECKED_AT): CheckResult[] => [
  { item: 'cni-health', status: 'fine', at, params: { more: 0 } },
  {
    item: 'pools',
    status: 'fine',
    at,
    params: {
      crowded: [],
      fullest: { node: 'n2', used: 31, capacity: 253 },
      counted: 3,
      unseen: [],
      leftOut: 0,
    },
  },
  { item: 'mesh', status: 'fine', at, params: { more: 0 } },
  {
    item: 'dns',
    status: 'fine',
    at,
    params: {
      more: 0,
      rate: { answers: 2000, failed: 1, basis: 'metrics', since: '2026-03-10T05:45:00.000Z' },
    },
  },
  {
    item: 'policies',
    status: 'fine',
    at,
    params: {
      changes: [],
      changed: 0,
      policies: 4,
      review: { at: '2026-03-01T09:00:00.000Z', by: 'U0ANNA' },
      unread: [],
    },
  },
  {
    item: 'drill',
    status: 'fine',
    at,
    params: {
      last: {
        at: '2026-02-20T09:00:00.000Z',
        by: 'U0ANNA',
        what: 'CoreDNS scaled to zero',
        result: 'passed',
      },
    },
  },
  {
    item: 'version',
    status: 'fine',
    at,
    params: {
      versions: [{ version: 'v0.28.4', nodes: ['n1', 'n2', 'n3'] }],
      support: 'supported',
      maintained: ['0.28'],
      lookedUpOn: '2026-11-26',
    },
  },
];

/** Fine, but for what is given. */
export function sampleRun(
  request: ChecklistRequest,
  changes: CheckResult[] = [],
  more: Partial<ChecklistRun> = {},
): ChecklistRun {
  const all = fineResults().map((fine) => changes.find(({ item }) => item === fine.item) ?? fine);
  return {
    ...request,
    startedAt: CHECKED_AT,
    durationMs: 2100,
    results: all.filter(({ item }) => request.items.includes(item)),
    snapshot: sampleSnapshot(),
    ...more,
  };
}
