// What `doctor` knows of each cluster: who is alive, what they may do and what is wrong with it. Only shapes; how rights are judged
// is `judge-rights.ts`, how a cluster is `doctor.ts`.

import type { RbacRule, Scope } from '../remediation/remediation.ts';
import type { Right } from '../remediation/step-rights.ts';

/** Processes that hold credentials of a cluster. */
export type Role = 'worker' | 'remediator';

/** What diagnoses do with a right. `planned`: nothing yet. */
export const diagnosisParts = [
  'every-diagnosis',
  'services',
  'components',
  'events',
  'policies',
  'permissions',
  'logs',
  'settings',
  'nodes',
  'planned',
] as const;
export type DiagnosisPart = (typeof diagnosisParts)[number];

export type Purpose =
  | { kind: 'diagnosis'; part: DiagnosisPart }
  | { kind: 'remediation'; id: string }
  /** The way to the API server while its Service address is dead. */
  | { kind: 'entrance' };

/** A rule that a role has to be granted, and what suffers without it. */
export interface Need {
  rule: RbacRule;
  serves: Purpose;
}

/** What is not known of the rights that are needed. */
export type Unseen =
  | {
      /** Of a place. `faulty`: the API server says that something went wrong with its list. */
      kind: 'faulty' | 'unreadable';
      /** Absent: what is granted everywhere. */
      namespace?: string;
      /** In the words of the API server; empty: there are none. */
      detail: string;
    }
  /** The list is not complete, they are not in it, and asking for them one by one told nothing. */
  | { kind: 'unanswered'; rights: Right[]; detail: string }
  /** In which namespace the CNI runs could not be told, so nobody asked there. */
  | { kind: 'cni-unknown' };

export interface RightsFindings {
  lacks: { serves: Purpose; rights: Right[] }[];
  /** What it may do and must not: changes, secrets, ways into pods. The first fifty. */
  beyond: Right[];
  /** The API server does not list every right, so there may be more beyond. Absent: it lists all. */
  beyondInPart?: true;
  /** Empty: of what is needed everything is known. */
  unseen: Unseen[];
}

export interface RightsReport extends RightsFindings {
  /** Instant at which the API server was asked. */
  at: string;
}

/** The fixes that a process was told to plan or to carry out. */
export interface Fixes {
  /** Ids in the catalogue. */
  enabled: readonly string[];
  scope: Scope;
}

/** A worker or remediator as it last announced itself. */
export interface AnnouncedProcess {
  role: Role;
  cluster: string;
  alive: boolean;
  /** Milliseconds since its last sign of life. */
  silentMs: number;
  /** Absent: it was told of none. */
  fixes?: Fixes;
  /** Absent: it has not asked yet. */
  rights?: RightsReport;
}

export interface ProcessDirectory {
  /** Every worker and remediator that announced itself within the last day. */
  processes(): Promise<AnnouncedProcess[]>;
}

export type Complaint =
  | { kind: 'no-worker' }
  | { kind: 'no-remediator' }
  /** Fixes are enabled, and the bot has no key and no approvers. */
  | { kind: 'no-approvals' }
  | { kind: 'unreported'; role: Role }
  /** It lives, and has not asked for too long. */
  | { kind: 'outdated'; role: Role; at: string }
  | { kind: 'unseen'; role: Role; unseen: Unseen }
  | { kind: 'lacks'; role: Role; serves: Purpose; rights: Right[] }
  | { kind: 'beyond'; role: Role; rights: Right[] }
  /** The API server does not list every right. By itself that is nothing wrong. */
  | { kind: 'beyond-in-part' }
  /** Plans of them would be refused by the remediator. */
  | { kind: 'planned-only'; remediations: string[] }
  /** The remediator has rights that nobody makes use of. */
  | { kind: 'carried-out-only'; remediations: string[] }
  /** The same fixes, with another CNI or other namespaces. */
  | { kind: 'scope-differs' };

export interface RoleHealth {
  /** Processes that are alive. */
  alive: number;
  /** Since the last sign of life of any. Absent: none was heard of for a day. */
  silentMs?: number;
  /** The oldest report of those that are alive. Absent: there is none. */
  checkedAt?: string;
  /** Absent: none are enabled. */
  fixes?: Fixes;
}

export interface ClusterHealth {
  cluster: string;
  worker: RoleHealth;
  remediator: RoleHealth;
  /** Empty, or nothing but `beyond-in-part`: all is well. */
  complaints: Complaint[];
}

export interface Doctor {
  /** Every cluster that is known, by name. */
  examine(): Promise<ClusterHealth[]>;
}
