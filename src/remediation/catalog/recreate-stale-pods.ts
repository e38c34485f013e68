// Evicts pods whose network was set up wrongly or has gone stale, one by one; their controllers make them anew with a new
// network. A PodDisruptionBudget that does not allow it ends the plan.

import type { Finding } from '../../diagnosis/finding.ts';
import type { PodRef } from '../../diagnosis/target.ts';
import { controllerOf, isStaying, listPods, type OwnedPod } from '../objects.ts';
import type { Step } from '../plan.ts';
import type { AutomaticRemediation, RbacRule } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { nameOf, POD_TIMEOUT_S } from './rolling.ts';

const LIMIT = 20;
// Whose pods come back by themselves. A pod of a Job would start its work again.
const OWNERS = ['ReplicaSet', 'DaemonSet', 'StatefulSet'];

export const recreateStalePods: AutomaticRemediation = {
  kind: 'automatic',
  id: 'recreate-stale-pods',
  risk: 'medium',
  fixes: [
    'pod.interface-missing',
    'pod.interface-down',
    'pod.loopback-down',
    'pod.address-missing',
    'pod.route-missing',
    'pod.route-wrong',
    'pod.host-veth-down',
    'pod.host-veth-detached',
    'pod.firewalled',
    'pod.duplicate-ip',
    'mtu.pod-mismatch',
    'cni.config-conflict',
  ],
  rules: ({ namespaces }) =>
    namespaces.flatMap((namespace): RbacRule[] => [
      { namespace, group: '', resource: 'pods', verbs: ['get', 'list'] },
      { namespace, group: '', resource: 'pods/eviction', verbs: ['create'] },
    ]),
  async plan({ finding, ask }) {
    const names = podsOf(finding);
    const listed = await Promise.all(
      [...new Set(names.map((name) => name.split('/')[0] ?? ''))].map((namespace) =>
        listPods(ask, { namespace }),
      ),
    );
    const failed = listed.find((each) => !each.ok);
    if (failed) return failed.unfit;
    const pods = listed
      .flatMap((each) => (each.ok ? each.value : []))
      .filter((pod) => names.includes(nameOf(pod)) && pod.metadata.deletionTimestamp === undefined);
    if (pods.length === 0) return unfit({ kind: 'nothing-to-do' });
    if (pods.length > LIMIT) return unfit({ kind: 'too-many', count: pods.length, limit: LIMIT });
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (!owner) return unfit({ kind: 'unowned-pod', pod: nameOf(pod) });
      if (!OWNERS.includes(owner.kind))
        return unfit({ kind: 'owner-not-simple', pod: nameOf(pod), owner: `${owner.kind}/${owner.name}` });
    }
    const all = listed.flatMap((each) => (each.ok ? each.value : []));
    return {
      status: 'drafted',
      steps: pods.flatMap((pod) => [evictionOf(pod), replaced(pod, all)]),
      durationS: 15 * pods.length,
      hazards: ['connections-break', 'traces-lost'],
      successors: pods.map((pod) => ({ pod: refOf(pod), labelSelector: labelsOf(pod) })),
    };
  },
};

const refOf = ({ metadata }: OwnedPod): PodRef => ({ namespace: metadata.namespace, name: metadata.name });

/** All of them: pods of one template and no others. */
const labelsOf = ({ metadata }: OwnedPod): string =>
  Object.entries(metadata.labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

const evictionOf = (pod: OwnedPod): Step => ({
  kind: 'evict-pod',
  pod: refOf(pod),
  uid: pod.metadata.uid,
  node: pod.spec.nodeName,
});

function replaced(pod: OwnedPod, all: OwnedPod[]): Step {
  const { namespace } = pod.metadata;
  const labelSelector = labelsOf(pod);
  const siblings = all.filter(
    (each) => each.metadata.namespace === namespace && isStaying(each) && labelsOf(each) === labelSelector,
  );
  return {
    kind: 'await',
    condition: { kind: 'pods-ready', namespace, labelSelector, count: siblings.length },
    timeoutS: POD_TIMEOUT_S,
  };
}

/** `namespace/name` of each. */
function podsOf({ subject, params, code }: Finding): string[] {
  if (code === 'mtu.pod-mismatch') return params.pods.map(({ pod }) => pod);
  if (code === 'cni.config-conflict') return params.strangers;
  return subject.kind === 'pod' ? [`${subject.namespace}/${subject.name}`] : [];
}
