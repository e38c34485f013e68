// Deletes pods of one node that are over (Succeeded, Failed) or have been stuck in deletion for a while, one by one. The node
// always gets a second to let go: a pod is never deleted behind its back.

import type { OwnedPod } from '../objects.ts';
import { isOver, listPods } from '../objects.ts';
import type { AutomaticRemediation, RbacRule } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { deletionOf } from './rolling.ts';

const LIMIT = 40;
// Longer than any usual grace period (30 s), and than a slow volume takes to let go.
const STUCK_MS = 10 * 60_000;
const SHORT_GRACE_S = 1;

export const clearZombiePods: AutomaticRemediation = {
  kind: 'automatic',
  id: 'clear-zombie-pods',
  risk: 'medium',
  fixes: ['ipam.node-range-exhausted'],
  rules: ({ namespaces }) =>
    namespaces.map(
      (namespace): RbacRule => ({ namespace, group: '', resource: 'pods', verbs: ['get', 'delete'] }),
    ),
  async plan({ finding, ask, at, scope }) {
    const { node } = finding;
    if (node === undefined) return unfit({ kind: 'no-single-candidate', candidates: [] });
    const listed = await listPods(ask, { node });
    if (!listed.ok) return listed.unfit;
    const zombies = listed.value.filter(
      (pod) => scope.namespaces.includes(pod.metadata.namespace) && (hasEnded(pod) || isStuck(pod, at)),
    );
    if (zombies.length === 0) return unfit({ kind: 'nothing-to-do' });
    if (zombies.length > LIMIT) return unfit({ kind: 'too-many', count: zombies.length, limit: LIMIT });
    return {
      status: 'drafted',
      steps: zombies.map((pod) => deletionOf(pod, isStuck(pod, at) ? SHORT_GRACE_S : undefined)),
      durationS: 5 + zombies.length,
      hazards: ['traces-lost'],
    };
  },
};

const hasEnded = (pod: OwnedPod): boolean => pod.metadata.deletionTimestamp === undefined && isOver(pod);

function isStuck({ metadata: { deletionTimestamp } }: OwnedPod, at: string): boolean {
  return deletionTimestamp !== undefined && Date.parse(at) - Date.parse(deletionTimestamp) > STUCK_MS;
}
