// Judges each cluster by what its worker and its remediator have announced: what is missing, what is too much, and what does not
// fit together. It asks no cluster itself, and words nothing.

import { canonicalJson } from '../remediation/plan.ts';
import type {
  AnnouncedProcess,
  ClusterHealth,
  Complaint,
  Doctor,
  Fixes,
  ProcessDirectory,
  Role,
  RoleHealth,
} from './examination.ts';

export interface DoctorParts {
  directory: ProcessDirectory;
  /** Whether the bot has a key and approvers, so that fixes are offered. */
  approvals: boolean;
  clock: { now(): Date };
}

// Several reviews in a row have not ended by then (`watch-rights.ts`).
const OUTDATED_AFTER_MS = 3 * 60_000;

export const createDoctor = ({ directory, approvals, clock }: DoctorParts): Doctor => ({
  async examine() {
    const byCluster = Object.groupBy(await directory.processes(), ({ cluster }) => cluster);
    return Object.entries(byCluster)
      .map(([cluster, processes = []]) => judgeCluster(cluster, processes, approvals, clock.now()))
      .toSorted((a, b) => a.cluster.localeCompare(b.cluster));
  },
});

export function judgeCluster(
  cluster: string,
  processes: readonly AnnouncedProcess[],
  approvals: boolean,
  now: Date,
): ClusterHealth {
  const alive = processes.filter((each) => each.alive);
  const workers = alive.filter(({ role }) => role === 'worker');
  const remediators = alive.filter(({ role }) => role === 'remediator');
  const plansFixes = fixesOf(workers.length > 0 ? workers : processes) !== undefined;
  return {
    cluster,
    worker: healthOf('worker', processes),
    remediator: healthOf('remediator', processes),
    complaints: [
      ...(workers.length === 0 ? [{ kind: 'no-worker' } as const] : []),
      ...(remediators.length === 0 && plansFixes ? [{ kind: 'no-remediator' } as const] : []),
      ...distinct(alive.flatMap((each) => complaintsAbout(each, now))),
      ...(workers.length > 0 && remediators.length > 0 ? disagreements(workers, remediators) : []),
      ...(plansFixes && !approvals ? [{ kind: 'no-approvals' } as const] : []),
    ],
  };
}

function healthOf(role: Role, processes: readonly AnnouncedProcess[]): RoleHealth {
  const ofRole = processes.filter((each) => each.role === role);
  const alive = ofRole.filter((each) => each.alive);
  const [oldest] = alive.flatMap(({ rights }) => rights?.at ?? []).toSorted();
  const fixes = fixesOf(alive);
  return {
    alive: alive.length,
    ...(ofRole.length > 0 && { silentMs: Math.min(...ofRole.map(({ silentMs }) => silentMs)) }),
    ...(oldest !== undefined && { checkedAt: oldest }),
    ...(fixes && { fixes }),
  };
}

function complaintsAbout({ role, rights }: AnnouncedProcess, now: Date): Complaint[] {
  if (!rights) return [{ kind: 'unreported', role }];
  const { at, lacks, beyond, beyondInPart, unseen } = rights;
  if (now.getTime() - Date.parse(at) > OUTDATED_AFTER_MS) return [{ kind: 'outdated', role, at }];
  return [
    ...lacks.map((lack): Complaint => ({ kind: 'lacks', role, ...lack })),
    ...(beyond.length > 0 ? [{ kind: 'beyond' as const, role, rights: beyond }] : []),
    ...(beyondInPart ? [{ kind: 'beyond-in-part' as const }] : []),
    ...unseen.map((each): Complaint => ({ kind: 'unseen', role, unseen: each })),
  ];
}

/** A plan that any of the workers makes has to be one that any of the remediators carries out. */
function disagreements(
  workers: readonly AnnouncedProcess[],
  remediators: readonly AnnouncedProcess[],
): Complaint[] {
  const planned = enabledIn(workers);
  const carriedOut = enabledIn(remediators);
  const plannedOnly = planned.filter((id) => !remediators.every(enables(id)));
  const carriedOutOnly = carriedOut.filter((id) => !planned.includes(id));
  const scopes = [...workers, ...remediators].flatMap(({ fixes }) => (fixes ? scopeOf(fixes) : []));
  return [
    ...(plannedOnly.length > 0 ? [{ kind: 'planned-only' as const, remediations: plannedOnly }] : []),
    ...(carriedOutOnly.length > 0
      ? [{ kind: 'carried-out-only' as const, remediations: carriedOutOnly }]
      : []),
    ...(new Set(scopes).size > 1 ? [{ kind: 'scope-differs' as const }] : []),
  ];
}

const fixesOf = (processes: readonly AnnouncedProcess[]): Fixes | undefined =>
  processes.find(({ fixes }) => fixes && fixes.enabled.length > 0)?.fixes;

const enabledIn = (processes: readonly AnnouncedProcess[]): string[] => [
  ...new Set(processes.flatMap(({ fixes }) => fixes?.enabled ?? [])),
];

const enables =
  (id: string) =>
  ({ fixes }: AnnouncedProcess): boolean =>
    fixes?.enabled.includes(id) ?? false;

const scopeOf = ({ scope }: Fixes): string =>
  canonicalJson({ ...scope, namespaces: [...scope.namespaces].toSorted() });

/** Several processes of one account have the same to complain about. */
const distinct = (complaints: Complaint[]): Complaint[] => [
  ...new Map(complaints.map((each) => [JSON.stringify(each), each])).values(),
];
