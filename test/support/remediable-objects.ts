// Objects of the small clusters of remediable-faults.ts: nodes, CoreDNS, flannel, an application.

import type { Evidence } from '../../src/diagnosis/evidence.ts';
import type { Finding, FindingCode, FindingParams, Subject } from '../../src/diagnosis/finding.ts';
import { remediationIdsFor } from '../../src/remediation/catalog/index.ts';
import { type KubeObject, readyStatus } from './changeable-cluster.ts';

export const PLANNED_AT = '2026-03-01T03:12:00.000Z';

const evidence: Evidence<unknown> = {
  ...{ status: 'observed', value: {}, probe: 'p', label: { topic: 'api.version', params: {} } },
  ...{ vantage: { kind: 'api' }, at: PLANNED_AT, ms: 1, excerpt: '' },
};

export const findingOf = <C extends FindingCode>(
  code: C,
  params: FindingParams[C],
  subject: Subject,
  node?: string,
): Finding =>
  offered({
    ...{ code, params, subject, layer: 'cni', priority: 'P1', confidence: 'proven', advisory: false },
    ...{ evidence: [evidence], explains: [], remediations: [] },
    ...(node !== undefined && { node }),
  } as unknown as Finding);

const offered = (finding: Finding): Finding => ({ ...finding, remediations: remediationIdsFor(finding) });

const node = (name: string, spec = {}): KubeObject => ({ metadata: { name }, spec });
export const nodes = [node('n1'), node('n2')];

export const ownedBy = (kind: string, name: string) => [{ kind, name, controller: true }];

export const pod = (
  namespace: string,
  name: string,
  owner: string,
  labels: Record<string, string>,
  more: Partial<KubeObject> = {},
): KubeObject => ({
  metadata: { namespace, name, labels, ownerReferences: ownedBy(...(owner.split('/') as [string, string])) },
  spec: { nodeName: 'n1', containers: [] },
  status: readyStatus,
  ...more,
});

export const coreDnsPods = ['a', 'b'].map((name) =>
  pod('kube-system', `coredns-${name}`, 'ReplicaSet/coredns-5d8', { 'k8s-app': 'kube-dns' }),
);
export const coreDns = (spec = {}): KubeObject => ({
  metadata: { namespace: 'kube-system', name: 'coredns', generation: 1 },
  spec: {
    replicas: 2,
    selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    template: { metadata: { labels: { 'k8s-app': 'kube-dns' } }, spec: { containers: [] } },
    ...spec,
  },
  status: {
    ...{ observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
  },
});
export const corefile = (text: string): KubeObject => ({
  metadata: { namespace: 'kube-system', name: 'coredns' },
  data: { Corefile: text },
});
export const dnsService = (spec = {}): KubeObject => ({
  metadata: { namespace: 'kube-system', name: 'kube-dns' },
  spec: {
    clusterIP: '10.96.0.10',
    selector: { 'k8s-app': 'kube-dns' },
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
    ],
    ...spec,
  },
});

export const agents = ['n1', 'n2'].map((name) =>
  pod(
    'kube-flannel',
    `flannel-${name}`,
    'DaemonSet/kube-flannel-ds',
    { app: 'flannel' },
    {
      spec: { nodeName: name, containers: [] },
    },
  ),
);
export const daemonSet = (podSpec = {}, spec = {}): KubeObject => ({
  metadata: { namespace: 'kube-flannel', name: 'kube-flannel-ds', generation: 1 },
  spec: {
    selector: { matchLabels: { app: 'flannel' } },
    updateStrategy: { type: 'RollingUpdate' },
    template: {
      metadata: { labels: { app: 'flannel' } },
      spec: {
        containers: [{ name: 'kube-flannel', image: 'flannel:1', env: [{ name: 'A', value: 'b' }] }],
        ...podSpec,
      },
    },
    ...spec,
  },
  status: {
    ...{ observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2 },
    ...{ numberAvailable: 2, numberReady: 2 },
  },
});
export const netConf = (backend: object): string =>
  JSON.stringify({ Network: '10.244.0.0/16', Backend: { Type: 'vxlan', ...backend } });
export const cniSettings = (netConfText: string): KubeObject => ({
  metadata: { namespace: 'kube-flannel', name: 'kube-flannel-cfg' },
  data: { 'net-conf.json': netConfText, 'cni-conf.json': '{}' },
});
export const agent = { namespace: 'kube-flannel', labelSelector: 'app=flannel' };
export const agentsRef = { namespace: 'kube-flannel', daemonSet: 'kube-flannel-ds' };

export const web = (name: string, more: Partial<KubeObject> = {}): KubeObject =>
  pod('shop', name, 'ReplicaSet/web-7f', { app: 'web', tier: 'front' }, more);
export const webService = (spec: object): KubeObject => ({
  metadata: { namespace: 'shop', name: 'web' },
  spec: { ...spec },
});

export const corefileRef = { resource: 'configmaps', namespace: 'kube-system', name: 'coredns' } as const;
export const daemonSetRef = {
  resource: 'daemonsets',
  namespace: 'kube-flannel',
  name: 'kube-flannel-ds',
} as const;
export const cniSettingsRef = {
  resource: 'configmaps',
  namespace: 'kube-flannel',
  name: 'kube-flannel-cfg',
} as const;

export const dnsDown = (cause: FindingParams['dns.coredns-down']['cause']): Finding =>
  findingOf(
    'dns.coredns-down',
    { cause, deployment: 'kube-system/coredns', desired: 0, ready: 0, detail: '' },
    { kind: 'deployment', namespace: 'kube-system', name: 'coredns' },
  );
