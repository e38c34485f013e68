// For each automatic remediation a small cluster with a fault that it mends, the finding that a diagnosis would come to, and
// what was kept while all was well.

import type { Finding } from '../../src/diagnosis/finding.ts';
import type { SettingRef } from '../../src/remediation/remediation.ts';
import type { KubeObject } from './changeable-cluster.ts';
import {
  agent,
  agents,
  agentsRef,
  cniSettings,
  cniSettingsRef,
  coreDns,
  coreDnsPods,
  corefile,
  corefileRef,
  daemonSet,
  daemonSetRef,
  dnsDown,
  dnsService,
  findingOf,
  netConf,
  nodes,
  ownedBy,
  pod,
  web,
  webService,
} from './remediable-objects.ts';

export interface RemediableFault {
  remediation: string;
  finding: Finding;
  objects: Record<string, KubeObject[]>;
  healthy?: (SettingRef & { value: unknown })[];
}

export const remediableFaults: RemediableFault[] = [
  {
    remediation: 'scale-coredns',
    finding: dnsDown('scaled-to-zero'),
    objects: { deployments: [coreDns({ replicas: 0 })], nodes },
    healthy: [
      {
        object: { resource: 'deployments', namespace: 'kube-system', name: 'coredns' },
        path: ['spec', 'replicas'],
        value: 3,
      },
    ],
  },
  {
    remediation: 'delete-coredns-replica',
    finding: findingOf(
      'dns.replica-bad',
      { cause: 'unreachable', replicas: ['coredns-a'], nodes: ['n1'], good: 1, detail: '' },
      { kind: 'pod', namespace: 'kube-system', name: 'coredns-a' },
      'n1',
    ),
    objects: { pods: coreDnsPods, nodes },
  },
  {
    remediation: 'restart-coredns',
    finding: dnsDown('not-ready'),
    objects: { deployments: [coreDns()], pods: coreDnsPods, nodes },
  },
  {
    remediation: 'fix-dns-service',
    finding: findingOf(
      'dns.service-misconfigured',
      {
        cause: 'port-missing',
        service: 'kube-system/kube-dns',
        expected: '53/UDP',
        actual: '5353/UDP, 5353/TCP',
      },
      { kind: 'service', namespace: 'kube-system', name: 'kube-dns' },
    ),
    objects: {
      deployments: [coreDns()],
      services: [
        dnsService({
          ports: [
            { name: 'dns', port: 5353, protocol: 'UDP', targetPort: 53 },
            { name: 'dns-tcp', port: 5353, protocol: 'TCP', targetPort: 53 },
            { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
          ],
        }),
      ],
      nodes,
    },
  },
  {
    remediation: 'restore-corefile',
    finding: findingOf(
      'dns.coredns-crashing',
      { cause: 'corefile-error', pods: ['coredns-a'], ready: 0, line: 'Unknown directive' },
      { kind: 'pod', namespace: 'kube-system', name: 'coredns-a' },
    ),
    objects: {
      deployments: [coreDns()],
      configmaps: [corefile('.:53 { forwrad }')],
      pods: coreDnsPods,
      nodes,
    },
    healthy: [{ object: corefileRef, path: ['data', 'Corefile'], value: '.:53 { forward . 1.1.1.1 }' }],
  },
  {
    remediation: 'correct-service-selector',
    finding: findingOf(
      'service.selector-matches-nothing',
      {
        service: 'shop/web',
        selector: 'app=web,tier=back',
        nearest: { pod: 'web-1', label: 'tier', wanted: 'back', actual: 'front' },
      },
      { kind: 'service', namespace: 'shop', name: 'web' },
    ),
    objects: {
      services: [webService({ selector: { app: 'web', tier: 'back' } })],
      pods: [web('web-1'), web('web-2')],
      nodes,
    },
  },
  {
    remediation: 'correct-service-target-port',
    finding: findingOf(
      'service.target-port-mismatch',
      { service: 'shop/web', port: '80/tcp', targetPort: '8081', cause: 'nobody-listens', instead: ['8080'] },
      { kind: 'service', namespace: 'shop', name: 'web' },
    ),
    objects: {
      services: [
        webService({
          ports: [
            { port: 443, targetPort: 8443 },
            { port: 80, protocol: 'TCP', targetPort: 8081 },
          ],
        }),
      ],
      nodes,
    },
  },
  {
    remediation: 'correct-dns-policy',
    finding: findingOf(
      'dns.resolv-conf-wrong',
      { cause: 'policy-default', pod: 'shop/web-1', actual: ['192.168.0.2'], expected: ['10.96.0.10'] },
      { kind: 'pod', namespace: 'shop', name: 'web-1' },
    ),
    objects: {
      pods: [web('web-1')],
      replicasets: [
        {
          metadata: { namespace: 'shop', name: 'web-7f', ownerReferences: ownedBy('Deployment', 'web') },
          spec: {},
        },
      ],
      deployments: [
        {
          metadata: { namespace: 'shop', name: 'web', generation: 1 },
          spec: {
            replicas: 1,
            selector: {
              matchLabels: { app: 'web' },
              matchExpressions: [{ key: 'track', operator: 'NotIn', values: ['canary'] }],
            },
            template: { spec: { dnsPolicy: 'Default', containers: [] } },
          },
        },
      ],
      nodes,
    },
  },
  {
    remediation: 'restart-cni-agent',
    finding: findingOf(
      'node.route-missing',
      { agent, range: '10.244.2.0/24', peers: ['n2'], expected: '10.244.2.0/24 via 10.244.2.0' },
      { kind: 'node', name: 'n1' },
      'n1',
    ),
    objects: { pods: agents, daemonsets: [daemonSet()], nodes },
  },
  {
    remediation: 'restart-kube-proxy',
    finding: findingOf(
      'node.kube-proxy-down',
      { cause: 'silent', rules: 'wrong' },
      { kind: 'node', name: 'n1' },
      'n1',
    ),
    objects: {
      pods: [pod('kube-system', 'kube-proxy-n1', 'DaemonSet/kube-proxy', { 'k8s-app': 'kube-proxy' })],
      nodes,
    },
  },
  {
    remediation: 'recreate-stale-pods',
    finding: findingOf(
      'mtu.pod-mismatch',
      {
        pods: [
          { pod: 'shop/web-1', mtu: 1500 },
          { pod: 'shop/web-2', mtu: 1500 },
        ],
        expected: 1450,
      },
      { kind: 'pod', namespace: 'shop', name: 'web-1' },
      'n1',
    ),
    objects: { pods: [web('web-1'), web('web-2'), web('web-3')], nodes },
  },
  {
    remediation: 'clear-zombie-pods',
    finding: findingOf(
      'ipam.node-range-exhausted',
      { range: '10.244.1.0/24', capacity: 253, used: 253, folder: '/var/lib/cni/networks/cbr0' },
      { kind: 'node', name: 'n1' },
      'n1',
    ),
    objects: {
      pods: [
        web('web-1'),
        pod('shop', 'done', 'Job/nightly', { job: 'nightly' }, { status: { phase: 'Succeeded' } }),
        pod('shop', 'failed', 'Job/nightly', { job: 'nightly' }, { status: { phase: 'Failed' } }),
        pod('bank', 'not-ours', 'Job/nightly', {}, { status: { phase: 'Failed' } }),
      ],
      nodes,
    },
  },
  {
    remediation: 'restore-cni-daemonset',
    finding: findingOf(
      'cni.agent-missing',
      { ...agentsRef, cause: 'not-selected', nodes: ['n2'], detail: 'drill-network=flannel' },
      { kind: 'node', name: 'n2' },
      'n2',
    ),
    objects: {
      daemonsets: [daemonSet({ nodeSelector: { 'drill-network': 'flannel' } })],
      pods: agents,
      nodes,
    },
    healthy: [
      {
        object: daemonSetRef,
        path: ['spec', 'template', 'spec', 'nodeSelector'],
        value: { 'kubernetes.io/os': 'linux' },
      },
    ],
  },
  {
    remediation: 'restore-cni-settings',
    finding: findingOf(
      'cni.agent-crashing',
      {
        ...agentsRef,
        ...{ cause: 'settings-invalid', pods: ['flannel-n1'], nodes: ['n1'], container: 'kube-flannel' },
        ...{ restarts: 4, line: '', ended: '', configMap: 'kube-flannel-cfg' },
      },
      { kind: 'pod', namespace: 'kube-flannel', name: 'flannel-n1' },
      'n1',
    ),
    objects: { configmaps: [cniSettings('{ "Backend": }')], daemonsets: [daemonSet()], pods: agents, nodes },
    healthy: [
      {
        object: cniSettingsRef,
        path: ['data'],
        value: { 'net-conf.json': netConf({}), 'cni-conf.json': '{}' },
      },
    ],
  },
  {
    remediation: 'set-flannel-mtu',
    finding: findingOf(
      'mtu.overlay-too-large',
      {
        ...{ nodes: ['n1', 'n2'], of: 'pods', device: 'cni0', mtu: 1500, overhead: 50, carrier: 'eth0' },
        ...{ carrierMtu: 1500, podMtu: 1450 },
        remedy: { ...agentsRef, configMap: 'kube-flannel-cfg', key: 'Backend.MTU', value: 1500 },
      },
      { kind: 'cluster' },
    ),
    objects: { configmaps: [cniSettings(netConf({ MTU: 1550 }))], daemonsets: [daemonSet()], nodes },
  },
  {
    remediation: 'restart-cni-agents',
    finding: findingOf(
      'cni.version-skew',
      {
        ...agentsRef,
        versions: [
          { image: 'flannel:1', nodes: ['n1'] },
          { image: 'flannel:2', nodes: ['n2'] },
        ],
      },
      { kind: 'daemonset', namespace: 'kube-flannel', name: 'kube-flannel-ds' },
    ),
    objects: { daemonsets: [daemonSet()], pods: agents, nodes },
  },
  {
    remediation: 'cordon-node',
    finding: findingOf('node.not-ready', { message: 'kubelet' }, { kind: 'node', name: 'n1' }, 'n1'),
    objects: { nodes },
  },
];

export const faultFor = (remediation: string): RemediableFault => {
  const fault = remediableFaults.find((each) => each.remediation === remediation);
  if (!fault) throw new Error(`no fault for ${remediation}`);
  return structuredClone(fault);
};
