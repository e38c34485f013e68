// Builders of the Kubernetes objects that a world is made of, complete enough for the API server to have sent them.

import {
  ConfigMap,
  KubernetesEvent,
  Namespace,
  Node,
  Pod,
  Service,
  Workload,
} from '../../src/probes/api-objects.ts';

export const makeNode = (index: number): Node =>
  Node.parse({
    metadata: { name: `n${index}` },
    spec: { podCIDR: podCidr(index), podCIDRs: [podCidr(index)] },
    status: {
      addresses: [
        { type: 'InternalIP', address: nodeAddress(index) },
        { type: 'Hostname', address: `n${index}` },
      ],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting' }],
    },
  });

const podCidr = (index: number): string => `10.${244 + Math.floor(index / 256)}.${index % 256}.0/24`;
export const podAddress = (index: number, host: number): string =>
  podCidr(index).replace('0/24', String(host));
const nodeAddress = (index: number): string =>
  `192.168.${10 + Math.floor(index / 200)}.${(index % 200) + 10}`;

export const makeNamespace = (name: string): Namespace => Namespace.parse({ metadata: { name } });

export const makePod = (
  namespace: string,
  name: string,
  place: { node: string; address: string },
  more: {
    labels?: Record<string, string>;
    hostNetwork?: boolean;
    dnsPolicy?: string;
    image?: string;
    ports?: { name: string; containerPort: number; protocol: string }[];
  } = {},
): Pod =>
  Pod.parse({
    metadata: { namespace, name, uid: `uid-${namespace}-${name}`, labels: more.labels ?? {} },
    spec: {
      nodeName: place.node,
      hostNetwork: more.hostNetwork ?? false,
      dnsPolicy: more.dnsPolicy ?? 'ClusterFirst',
      serviceAccountName: name.startsWith('coredns') ? 'coredns' : 'default',
      containers: [{ name: 'main', image: more.image ?? 'lab.local/tools:1', ports: more.ports ?? [] }],
    },
    status: {
      phase: 'Running',
      podIP: place.address,
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'PodReadyToStartContainers', status: 'True' },
        { type: 'Ready', status: 'True' },
      ],
      containerStatuses: [{ name: 'main', ready: true, restartCount: 0, state: { running: {} } }],
    },
  });

export const makeCoreDns = (name: string, place: { node: string; address: string }): Pod =>
  makePod('kube-system', name, place, {
    labels: { 'k8s-app': 'kube-dns' },
    dnsPolicy: 'Default',
    image: 'registry.k8s.io/coredns/coredns:v1.12.1',
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
    ],
  });

/** How a pod looks to the API server when its container keeps ending. */
export function crash(pod: Pod, reason: string, exitCode: number): void {
  unready(pod, `containers with unready status: [main]`);
  pod.status.containerStatuses = [
    {
      name: 'main',
      ready: false,
      restartCount: 7,
      state: {
        waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' },
      },
      lastState: { terminated: { exitCode, reason, message: '' } },
    },
  ];
}

export function unready(pod: Pod, message: string): void {
  for (const condition of pod.status.conditions)
    if (condition.type === 'Ready') Object.assign(condition, { status: 'False', message });
  for (const status of pod.status.containerStatuses) status.ready = false;
}

/** Not started: the container waits, and a condition may say for what. */
export function pend(
  pod: Pod,
  waiting: { reason: string; message: string },
  condition?: [string, string],
): void {
  unready(pod, 'containers with unready status: [main]');
  pod.status.phase = 'Pending';
  pod.status.podIP = '';
  pod.status.containerStatuses = [
    { name: 'main', ready: false, restartCount: 0, state: { waiting }, lastState: {} },
  ];
  for (const each of pod.status.conditions)
    if (each.type === condition?.[0]) Object.assign(each, { status: 'False', message: condition[1] });
}

export const makeService = (
  namespace: string,
  name: string,
  clusterIP: string,
  selector: Record<string, string>,
  ports: { name: string; port: number; protocol: string; targetPort: number | string }[],
): Service =>
  Service.parse({
    metadata: { namespace, name, labels: name === 'kube-dns' ? { 'k8s-app': 'kube-dns' } : {} },
    spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], selector, ports },
  });

export const dnsPorts = () => [
  { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
  { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp' },
];

export const makeCoreDnsDeployment = (replicas: number): Workload =>
  Workload.parse({
    metadata: { namespace: 'kube-system', name: 'coredns', labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      replicas,
      selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      template: {
        spec: { containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.12.1' }] },
      },
    },
    status: { replicas, readyReplicas: replicas },
  });

export const makeDaemonSet = (namespace: string, name: string, labels: Record<string, string>): Workload =>
  Workload.parse({ metadata: { namespace, name, labels }, spec: { selector: { matchLabels: labels } } });

export const makeCorefile = (text: string): ConfigMap =>
  ConfigMap.parse({
    metadata: { namespace: 'kube-system', name: 'coredns' },
    data: { Corefile: text },
  });

export const makeWarning = (namespace: string, about: string, message: string): KubernetesEvent =>
  KubernetesEvent.parse({
    metadata: { namespace, name: `${about}.17a` },
    involvedObject: { kind: 'ReplicaSet', name: about },
    reason: 'FailedCreate',
    type: 'Warning',
    message,
  });
