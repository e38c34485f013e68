// The CNI's own objects, and what remediations may do with them.

import type { ObjectRef } from '../../cluster/control.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { readWhole } from '../objects.ts';
import { type RbacRule, type Scope, type Unfit, unfit } from '../remediation.ts';
import { selectorOf } from './rolling.ts';

export const daemonSetOf = ({ cni }: Scope): ObjectRef => ({
  resource: 'daemonsets',
  namespace: cni.namespace,
  name: cni.daemonSet,
});

export const onAgentPods = ({ cni }: Scope): RbacRule => ({
  namespace: cni.namespace,
  group: '',
  resource: 'pods',
  verbs: ['get', 'list', 'delete'],
});

export const onDaemonSet = ({ cni }: Scope): RbacRule => ({
  namespace: cni.namespace,
  group: 'apps',
  resource: 'daemonsets',
  names: [cni.daemonSet],
  verbs: ['get', 'patch'],
});

export const onConfigMap = ({ cni }: Scope): RbacRule[] =>
  cni.configMap === undefined
    ? []
    : [
        {
          namespace: cni.namespace,
          group: '',
          resource: 'configmaps',
          names: [cni.configMap],
          verbs: ['get', 'patch'],
        },
      ];

export interface AgentPods {
  namespace: string;
  labelSelector: string;
}

/** The CNI's agents that a finding speaks of: findings about a node name their label, those about agents their DaemonSet. */
export async function agentsOf(ask: Ask, { params }: Finding): Promise<AgentPods | Unfit> {
  if ('agent' in params) {
    const { namespace, labelSelector } = params.agent;
    return namespace === '' ? unfit({ kind: 'nothing-to-do' }) : { namespace, labelSelector };
  }
  if (!('daemonSet' in params)) return unfit({ kind: 'nothing-to-do' });
  const { namespace, daemonSet: name } = params;
  const read = await readWhole(ask, { resource: 'daemonsets', namespace, name });
  if (!read.ok) return read.unfit;
  return { namespace, labelSelector: selectorOf(read.value) };
}
