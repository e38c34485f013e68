// Where CoreDNS lives, and what its remediations may do there.

import type { ObjectRef } from '../../cluster/control.ts';
import type { RbacRule } from '../remediation.ts';

export const DNS_NAMESPACE = 'kube-system';
export const coreDns: ObjectRef = { resource: 'deployments', namespace: DNS_NAMESPACE, name: 'coredns' };
export const corefile: ObjectRef = { resource: 'configmaps', namespace: DNS_NAMESPACE, name: 'coredns' };
export const CORE_DNS_PODS = 'k8s-app=kube-dns';

export const onCoreDns: RbacRule = {
  namespace: DNS_NAMESPACE,
  group: 'apps',
  resource: 'deployments',
  names: [coreDns.name],
  verbs: ['get', 'patch'],
};
