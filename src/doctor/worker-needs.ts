// What the worker has to be able to do, and what suffers without it: the one table of its rights. deploy/kubernetes/worker-rbac.yaml
// grants exactly this (a test holds them together). It changes nothing, and reads no secret.

import { AGENT_NAMESPACE } from '../cluster/access.ts';
import type { RbacRule } from '../remediation/remediation.ts';
import type { DiagnosisPart, Need } from './examination.ts';

const DNS_NAMESPACE = 'kube-system';
const READ = ['get', 'list'];

/** Settings of DNS, kube-proxy, kubeadm and the CNIs. Logs and ConfigMaps elsewhere are nobody's business. */
const NETWORK_SETTINGS = [
  ...[
    'calico-config',
    'canal-config',
    'cilium-config',
    'coredns',
    'coredns-custom',
    'eni-config',
    'kube-dns',
  ],
  ...['kube-flannel-cfg', 'kube-proxy', 'kubeadm-config', 'kubelet-config', 'kubernetes-services-endpoint'],
  'node-local-dns',
];

const everywhere: Need[] = [
  ...reads('every-diagnosis', '', ['nodes', 'pods']),
  ...reads('services', '', ['services']),
  ...reads('services', 'discovery.k8s.io', ['endpointslices']),
  ...reads('components', 'apps', ['daemonsets', 'deployments', 'replicasets']),
  ...reads('events', '', ['events']),
  ...reads('policies', 'networking.k8s.io', ['networkpolicies']),
  ...reads('policies', '', ['namespaces']),
  need('permissions', { group: 'authorization.k8s.io', resource: 'subjectaccessreviews', verbs: ['create'] }),
  // Granted already, so that an update of the program need not wait for one of the rights.
  ...reads('planned', '', ['endpoints', 'serviceaccounts']),
  ...reads('planned', 'apps', ['statefulsets', 'controllerrevisions']),
  ...reads('planned', 'events.k8s.io', ['events']),
  ...reads('planned', 'networking.k8s.io', ['servicecidrs', 'ipaddresses']),
  ...reads('planned', 'policy', ['poddisruptionbudgets']),
  ...reads('planned', 'policy.networking.k8s.io', [
    ...['clusternetworkpolicies', 'adminnetworkpolicies', 'baselineadminnetworkpolicies'],
  ]),
  ...reads('planned', 'apiextensions.k8s.io', ['customresourcedefinitions']),
  ...reads('planned', 'apiregistration.k8s.io', ['apiservices']),
  ...reads('planned', 'coordination.k8s.io', ['leases']),
  ...reads('planned', 'admissionregistration.k8s.io', [
    ...['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
  ]),
  ...reads('planned', 'metrics.k8s.io', ['pods', 'nodes']),
];

const onAgents: Need[] = [
  need('nodes', { namespace: AGENT_NAMESPACE, group: '', resource: 'pods', verbs: READ }),
  // WebSocket exec is a GET; since Kubernetes 1.35 the upgrade needs create as well.
  need('nodes', { namespace: AGENT_NAMESPACE, group: '', resource: 'pods/exec', verbs: ['create', 'get'] }),
];

/** `cniNamespace`: where the CNI's agents run. Absent: that is not known. */
export const workerNeeds = (cniNamespace: string | undefined): Need[] => [
  ...everywhere,
  ...[...new Set([DNS_NAMESPACE, cniNamespace ?? DNS_NAMESPACE])].flatMap(inNetworkNamespace),
  ...onAgents,
];

const inNetworkNamespace = (namespace: string): Need[] => [
  need('logs', { namespace, group: '', resource: 'pods/log', verbs: ['get'] }),
  need('settings', { namespace, group: '', resource: 'configmaps', names: NETWORK_SETTINGS, verbs: ['get'] }),
];

function reads(part: DiagnosisPart, group: string, resources: string[]): Need[] {
  return resources.map((resource) => need(part, { group, resource, verbs: READ }));
}

function need(part: DiagnosisPart, rule: RbacRule): Need {
  return { rule, serves: { kind: 'diagnosis', part } };
}
