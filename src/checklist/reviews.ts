// The two items that people have to see to: what has changed in the NetworkPolicies since somebody reviewed them, and when
// a failure was last rehearsed. Pure.

import { diffSnapshots } from './changes.ts';
import type { CheckParams, CheckStatus, Drill, PolicyReview } from './checklist.ts';
import type { Snapshot } from './snapshot.ts';

const MAX_CHANGES = 20;
/** The guide asks for regular rehearsals and names no interval; a quarter is ours. */
const DRILL_INTERVAL_MS = 90 * 24 * 60 * 60 * 1000;

/** Kinds that the CNI enforces beside NetworkPolicy, and that are not read. */
const OWN_POLICIES: Record<string, string[]> = {
  calico: ['NetworkPolicy.projectcalico.org', 'GlobalNetworkPolicy'],
  cilium: ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'],
};

export function judgePolicies(
  cni: string,
  snapshot: Snapshot,
  review: PolicyReview | undefined,
): { status: CheckStatus; params: CheckParams['policies'] } {
  const now = policiesOf(snapshot);
  const changes = review ? diffSnapshots(review.snapshot, now) : [];
  const changed = changes.reduce((sum, { subjects }) => sum + subjects.length, 0);
  const [unseen] = now.unseen;
  const params = {
    changes: changes.slice(0, MAX_CHANGES),
    changed,
    policies: now.settings.length,
    ...(review && { review: { at: review.at, by: review.by } }),
    ...(unseen && unseen.reason !== 'left-out' && { unseen: unseen.reason }),
    unread: OWN_POLICIES[cni] ?? [],
  };
  if (unseen) return { status: 'unknown', params };
  if (changed > 0 || (!review && now.settings.length > 0)) return { status: 'attention', params };
  return { status: params.unread.length > 0 ? 'unknown' : 'fine', params };
}

/** All that a review of the policies has to remember. */
export const policiesOf = ({ settings, unseen, ...snapshot }: Snapshot): Snapshot => ({
  ...snapshot,
  settings: settings.filter(({ kind }) => kind === 'policy'),
  unseen: unseen.filter(({ kind }) => kind === 'policy'),
});

export function judgeDrill(
  last: Drill | undefined,
  now: string,
): { status: CheckStatus; params: CheckParams['drill'] } {
  if (!last) return { status: 'attention', params: {} };
  const isOld = Date.parse(now) - Date.parse(last.at) > DRILL_INTERVAL_MS;
  const status = last.result === 'failed' ? 'failed' : isOld ? 'attention' : 'fine';
  return { status, params: { last } };
}
