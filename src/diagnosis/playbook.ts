// The playbook contract: a decision tree for one fault type that asks probes, reads evidence and ends in an outcome.

import type { Evidence, Unavailable } from './evidence.ts';
import type { Facts } from './facts.ts';
import type { CodeDefinition, Finding, FindingCode } from './finding.ts';
import type { Probe } from './probe.ts';
import type { Target } from './target.ts';

/** Sends one probe; equal probes are sent once, probes asked in the same turn travel together. */
export type Ask = <T>(probe: Probe<T>) => Promise<Evidence<T>>;

/** One row of the bisect table: which paths work and which do not, the controls included. */
export interface Leg {
  /** Whether the row is a control: not what was complained about, but what it is compared with. */
  control: boolean;
  from: string;
  to: string;
  /** Column name (`UDP`, `TCP`, ...) -> what was seen. */
  cells: Record<string, LegCell>;
}

export type LegCell =
  | { status: 'ok'; ms: number }
  /** `note`: what was seen in the tool's own words (timeout, refused, NXDOMAIN, 3 of 10 lost). */
  | { status: 'failed'; note: string }
  | { status: 'unknown'; note: string };

export type Outcome = Conclusion & {
  /** Absent: the whole cluster, or all of what was named. */
  coverage?: Coverage;
};

/** How many of the cluster's nodes a verdict speaks for: large clusters are sampled. */
export interface Coverage {
  nodes: number;
  of: number;
}

type Conclusion =
  | { outcome: 'root-cause'; findings: Finding[]; legs: Leg[]; unchecked: Unavailable[] }
  /** Findings, if any, are advisory. `unchecked` holds what was not needed for the verdict and could not be seen. */
  | { outcome: 'cleared'; findings: Finding[]; legs: Leg[]; unchecked: Unavailable[] }
  | {
      outcome: 'inconclusive';
      /** Never empty: without a reason it is not inconclusive. */
      reasons: InconclusiveReason[];
      /** What is known all the same: suspects, and plain facts. */
      findings: Finding[];
      known: KnownFact[];
      legs: Leg[];
      unchecked: Unavailable[];
    };

/** What objects alone tell, said when nothing better can be. Counts, not judgements. */
export type KnownFact =
  /** `namespace/name` of a Deployment or DaemonSet. */
  | { kind: 'replicas'; workload: string; ready: number; desired: number }
  | { kind: 'endpoints'; service: string; ready: number };

export type InconclusiveReason =
  | { kind: 'unavailable'; evidence: Unavailable }
  /** The evidence is complete and points beyond this playbook; `next` is the command that goes on from here. */
  | { kind: 'elsewhere'; next: string; why: ElsewhereReason }
  /** Our bug: the playbook threw. The log has the error. */
  | { kind: 'crashed'; playbook: string };

export type ElsewhereReason =
  | 'path-between-nodes'
  | 'pod-network'
  | 'service-path'
  | 'pod-not-running'
  | 'answer-unexplained'
  /** It was seen to fail, and nothing that was seen would stop it. */
  | 'traffic-unexplained'
  /** The other end is outside the cluster, and its nodes do not reach it either. */
  | 'beyond-cluster'
  | 'name-unresolved'
  /** An address of the pods' ranges that no pod has. */
  | 'address-unused'
  /** IPv6 asked of a pod that has IPv4 only, or the other way round. */
  | 'family-missing'
  /** UDP to where no sockets can be listed, and SCTP: nobody has to answer. */
  | 'protocol-untestable'
  /** TCP gets through and pings do not: how large packets may be cannot be tried. */
  | 'pings-filtered'
  /** A kernel keeps to a smaller MTU that it was told minutes ago, whatever the way takes now. */
  | 'mtu-remembered';

export interface PlaybookContext {
  target: Target;
  facts: Facts;
  ask: Ask;
}

export interface Playbook {
  id: string;
  /** Fault type of the source guide; decides the response clock. */
  fault: FaultType;
  codes: Partial<Record<FindingCode, CodeDefinition>>;
  appliesTo(target: Target, facts: Facts): { applies: true } | { applies: false; reason: string };
  diagnose(context: PlaybookContext): Promise<Outcome>;
}

/** Source guide 1.1; `cni-health`, the CNI's own components, is ours. */
export type FaultType = 'cluster' | 'pod' | 'dns' | 'cross-node' | 'policy' | 'ipam' | 'mtu' | 'cni-health';
