// Where an alert belongs: its cluster, the keys under which it may join an incident, and what has to be diagnosed when
// several have joined. Pure; who is there already is asked by `intake.ts`.

import { describeTarget, isObjectName, type Target } from '../diagnosis/target.ts';
import type { AlertRoute, ReceivedAlert } from './alert.ts';
import type { ClusterAlert, ClusterPresence } from './ports.ts';

export interface Placement extends ClusterAlert {
  route: Extract<AlertRoute, { kind: 'diagnose' }>;
  /** Cluster whose storm it is part of when there is one; that of all clusters which nobody knows is one. */
  storm: string;
}

/** What is diagnosed: playbook and target. */
export interface Scope {
  playbook: string;
  target: Target;
}

/** Cluster of alerts that name none while several, or none, could be meant; or whose name is no name. */
export const UNNAMED_CLUSTER = 'unnamed';

export const wholeCluster: Scope = { playbook: 'cluster', target: { kind: 'cluster' } };

/** The cluster by our own name. A name that nobody knows is kept: somebody has to hear of it. */
export function clusterOf(
  { cluster }: ReceivedAlert,
  known: ClusterPresence[],
  defaultCluster: string | undefined,
): string {
  if (cluster !== undefined) return isObjectName(cluster) ? cluster : UNNAMED_CLUSTER;
  if (defaultCluster !== undefined) return defaultCluster;
  const live = known.filter(({ alive }) => alive);
  const [only] = live.length === 1 ? live : known;
  return only && (live.length === 1 || known.length === 1) ? only.cluster : UNNAMED_CLUSTER;
}

export const stormKey = (cluster: string): string => `storm|${cluster}`;

/** Keys under which others of the same problem are found, the closest first: the sender's group, the node, a storm. */
export const homeKeys = ({ cluster, alert, route, storm }: Placement): string[] => [
  `group|${cluster}|${alert.groupKey}`,
  ...(route.node === undefined ? [] : [`node|${cluster}|${route.node}`]),
  stormKey(storm),
];

export const describeScope = ({ playbook, target }: Scope): string => `${playbook}|${describeTarget(target)}`;

// Two pods of one Deployment are still one place; three places, or two kinds of fault, are a matter of the cluster.
const PLACES_OF_ONE_PROBLEM = 2;

/** Whether alerts about all these (as `describeScope` has them) are one problem of the whole cluster. */
export function concernsCluster(scopes: readonly string[]): boolean {
  const kinds = new Set(scopes.map((scope) => scope.split('|', 1)[0]));
  return kinds.has('cluster') || kinds.size > 1 || new Set(scopes).size > PLACES_OF_ONE_PROBLEM;
}
