// Sets the dnsPolicy of a Deployment whose pods ask the wrong resolver. Only Deployments: their pods are replaced one by one
// and have no identity to lose.

import type { ObjectRef } from '../../cluster/control.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { PodRef } from '../../diagnosis/target.ts';
import { valueAt } from '../json-path.ts';
import { controllerOf, listPods, listWhole, readWhole } from '../objects.ts';
import type { AutomaticRemediation, RbacRule, Unfit } from '../remediation.ts';
import { causeOf, unfit } from '../remediation.ts';
import { isUnfit, rolledOut, selectorOf } from './rolling.ts';

const path = ['spec', 'template', 'spec', 'dnsPolicy'];

const POLICIES: Record<string, string> = {
  'policy-default': 'ClusterFirst',
  'host-network': 'ClusterFirstWithHostNet',
};

export const correctDnsPolicy: AutomaticRemediation = {
  kind: 'automatic',
  id: 'correct-dns-policy',
  risk: 'medium',
  fixes: ['dns.resolv-conf-wrong'],
  suits: (finding) => (causeOf(finding) ?? '') in POLICIES,
  rules: ({ namespaces }) =>
    namespaces.flatMap((namespace): RbacRule[] => [
      { namespace, group: 'apps', resource: 'deployments', verbs: ['get', 'patch'] },
      { namespace, group: '', resource: 'pods', verbs: ['list'] },
    ]),
  async plan({ finding, ask }) {
    if (finding.code !== 'dns.resolv-conf-wrong') return unfit({ kind: 'other-cause', cause: finding.code });
    const to = POLICIES[finding.params.cause];
    if (to === undefined) return unfit({ kind: 'other-cause', cause: finding.params.cause });
    const object = await deploymentOf(ask, finding.params.pod);
    if (isUnfit(object)) return object;
    const read = await readWhole(ask, object);
    if (!read.ok) return read.unfit;
    const from = valueAt(read.value, path) as string | null;
    if (from === to) return unfit({ kind: 'already-so', object });
    return {
      status: 'drafted',
      steps: [{ kind: 'set', object, uid: read.value.metadata.uid, path, from, to }, rolledOut(object)],
      durationS: 60,
      hazards: ['connections-break', 'manager-may-revert'],
      successors: [{ pod: podOf(finding.params.pod), labelSelector: selectorOf(read.value) }],
    };
  },
};

function podOf(pod: string): PodRef {
  const [namespace = '', name = ''] = pod.split('/');
  return { namespace, name };
}

/** By the ReplicaSet between them. */
async function deploymentOf(ask: Ask, pod: string): Promise<ObjectRef | Unfit> {
  const { namespace, name: podName } = podOf(pod);
  const [pods, replicaSets] = await Promise.all([
    listPods(ask, { namespace }),
    listWhole(ask, 'replicasets', namespace),
  ]);
  if (!pods.ok) return pods.unfit;
  if (!replicaSets.ok) return replicaSets.unfit;
  const found = pods.value.find(({ metadata }) => metadata.name === podName);
  const owner = found && controllerOf(found);
  if (!owner) return unfit({ kind: 'unowned-pod', pod });
  const replicaSet = replicaSets.value.find(
    ({ metadata }) => owner.kind === 'ReplicaSet' && metadata.name === owner.name,
  );
  const workload = replicaSet && controllerOf(replicaSet);
  if (workload?.kind !== 'Deployment')
    return unfit({ kind: 'owner-not-simple', pod, owner: `${owner.kind}/${owner.name}` });
  return { resource: 'deployments', namespace, name: workload.name };
}
