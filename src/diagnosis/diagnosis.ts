// The diagnosis as it is stored, shown and replayed: plain JSON, version 1 (a contract, see docs/ARCHITECTURE.md).

import type { UnavailableReason } from '../cluster/access.ts';
import type { Unavailable } from './evidence.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import type { Coverage, InconclusiveReason, KnownFact, Leg } from './playbook.ts';
import type { ProbeLabel, Vantage } from './probe.ts';
import type { RecentChanges } from './recent-changes.ts';
import type { Target } from './target.ts';

export interface DiagnosisRequest {
  /** Chosen by whoever asks; the same id asked twice is the same diagnosis. */
  id: string;
  cluster: string;
  /** Playbook id, or `cluster` for all of them. */
  playbook: string;
  target: Target;
}

export interface PlaybookOutcome {
  playbook: string;
  outcome: 'root-cause' | 'cleared' | 'inconclusive' | 'not-applicable';
  reasons: InconclusiveReason[];
  known: KnownFact[];
  legs: Leg[];
  /** What was not needed for the verdict and could not be seen. */
  unchecked: Unavailable[];
  /** Absent: the whole cluster, or all of what was named. */
  coverage?: Coverage;
}

export interface ProbeRecord {
  id: string;
  label: ProbeLabel;
  vantage: Vantage;
  status: 'observed' | UnavailableReason;
  ms: number;
}

export interface Diagnosis {
  schemaVersion: 1;
  id: string;
  cluster: string;
  playbook: string;
  target: Target;
  facts: Facts;
  outcomes: PlaybookOutcome[];
  /** Ranked: root causes first, deepest first; advisory ones last. */
  findings: Finding[];
  /** Symptoms that one of the findings accounts for; absent when there are none. */
  explained?: Finding[];
  /** Since the last healthy check; absent: there was none, or it could not be found out in time. */
  changed?: RecentChanges;
  /** Every question, in order of id. */
  probes: ProbeRecord[];
  startedAt: string;
  durationMs: number;
}

/** The verdict over all playbooks: one proven cause is a root cause; doubt outweighs a clean bill. */
export function verdictOf(diagnosis: Diagnosis): 'root-cause' | 'cleared' | 'inconclusive' {
  const ends = diagnosis.outcomes.map((outcome) => outcome.outcome);
  if (ends.includes('root-cause')) return 'root-cause';
  if (ends.includes('inconclusive')) return 'inconclusive';
  return ends.includes('cleared') ? 'cleared' : 'inconclusive';
}
