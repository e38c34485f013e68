// Whether the CNI's agents may do at the API server what they cannot do without, asked of its authorizer.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { reviewAccess } from '../../probes/api-reads.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { AgentSurvey } from './agents.ts';

export interface Permissions {
  /** `system:serviceaccount:…`; empty: not known. */
  user: string;
  /** `list nodes` */
  denied: string[];
  allowed: string[];
  evidence: Evidence<boolean>[];
  unseen: Unavailable[];
}

export async function reviewPermissions(
  ask: Ask,
  { agent }: CniNetwork,
  { daemonSet }: AgentSurvey,
): Promise<Permissions> {
  const account = daemonSet.kind === 'found' && daemonSet.object.spec.template?.spec.serviceAccountName;
  const { namespace, needs = [] } = agent;
  if (!account) return { user: '', denied: [], allowed: [], evidence: [], unseen: [] };
  const user = `system:serviceaccount:${namespace}:${account}`;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const reviewed = await Promise.all(needs.map((need) => ask(reviewAccess(user, groups, need))));
  const isSaid = (evidence: Evidence<boolean> | undefined, value: boolean): boolean =>
    evidence?.status === 'observed' && evidence.value === value;
  const namesOf = (value: boolean): string[] =>
    needs.flatMap(({ verb, resource }, at) => (isSaid(reviewed[at], value) ? [`${verb} ${resource}`] : []));
  return {
    user,
    denied: namesOf(false),
    allowed: namesOf(true),
    evidence: reviewed.filter((each) => isSaid(each, false)),
    unseen: reviewed.filter((each) => each.status === 'unavailable'),
  };
}
