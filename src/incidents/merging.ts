// Incidents with the same cause become one: the later goes into the earlier, with its alerts, and both threads say so.
// Which go together is decided here, from proven causes only; nothing is merged on suspicion.

import type { Finding } from '../diagnosis/finding.ts';
import type { Incident } from './incident.ts';
import type { AlertLedger, IncidentStore, SurfaceQueue } from './ports.ts';

export interface Merge {
  from: Incident;
  into: Incident;
}

/** Each goes into one that names all of its causes; of two equal ones the later into the earlier. */
export function mergesOf(incidents: Incident[]): Merge[] {
  const named = incidents
    .filter(({ state, diagnosing }) => state !== 'resolved' && !diagnosing)
    .map((incident) => ({ incident, causes: causesOf(incident) }))
    .filter(({ causes }) => causes.size > 0)
    .toSorted((a, b) => b.causes.size - a.causes.size || olderFirst(a.incident, b.incident));

  const hosts: typeof named = [];
  const merges: Merge[] = [];
  for (const each of named) {
    const host = hosts.find(({ causes }) => [...each.causes].every((cause) => causes.has(cause)));
    if (host) merges.push({ from: each.incident, into: host.incident });
    else hosts.push(each);
  }
  return merges;
}

const olderFirst = (a: Incident, b: Incident): number =>
  a.openedAt.localeCompare(b.openedAt) || a.id.localeCompare(b.id);

function causesOf({ request, diagnosis }: Incident): Set<string> {
  const causes = diagnosis?.findings.filter(({ advisory }) => !advisory) ?? [];
  // One that is only likely may be another thing in each of the two.
  if (causes.some(({ confidence }) => confidence !== 'proven')) return new Set();
  return new Set(causes.map((cause) => `${request.cluster}|${describeCause(cause)}`));
}

const describeCause = ({ code, subject, node }: Finding): string =>
  [code, subject.kind, subject.namespace, subject.name, node].join('|');

export interface MergingParts {
  store: IncidentStore;
  ledger: AlertLedger;
  surface: SurfaceQueue;
  clock: { now(): Date };
}

/** The alerts move first: cut off after that, the next sweep merges what is left. */
export async function merge({ from, into }: Merge, { store, ledger, surface, clock }: MergingParts) {
  const at = clock.now().toISOString();
  const tally = await ledger.move(from.id, into.id, at);
  const alerts = from.alerts?.joined ?? 0;
  if (!(await store.apply(from.id, { kind: 'merged', into: into.id, at }))) return;
  if (tally)
    await store.apply(into.id, { kind: 'alerts-changed', tally, name: '', scopes: [], truncated: 0, at });
  await store.apply(into.id, { kind: 'absorbed', incident: from.id, alerts, at });
  await surface.wake(from.id);
  await surface.wake(into.id);
}
