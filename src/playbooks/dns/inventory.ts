// What the cluster's DNS is made of, as the API server and the kubelets know it: Service, endpoints, Deployment, pods,
// Corefile, and the address and domain that pods are told to use. Read together; it judges nothing.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask, KnownFact } from '../../diagnosis/playbook.ts';
import { ConfigMap, EndpointSlice, Pod, Service, Workload } from '../../probes/api-objects.ts';
import { getObject, type Lookup, listObjects } from '../../probes/api-reads.ts';
import { type Corefile, parseCorefile, pluginZones, type ServerBlock } from '../../probes/corefile.ts';
import { type KubeletSettings, readKubeletSettings } from '../../probes/resolver-config.ts';

export const DNS_NAMESPACE = 'kube-system';

// Names under which distributions install the Service (kubeadm, RKE2, EKS, some hand-made clusters).
const SERVICE_NAMES = ['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'core-dns'];

export interface DnsInventory {
  /** Undefined when the API server could not be asked or has none; `evidence` says which. */
  service: Service | undefined;
  slices: EndpointSlice[];
  deployment: Workload | undefined;
  /** Pods of CoreDNS by label or image, those being deleted or already over left out. */
  pods: Pod[];
  corefile: Corefile | undefined;
  /** Address that the kubelets write into pods; else the Service's. */
  address: string | undefined;
  /** Domain that the kubelets write into pods; else the first zone of the kubernetes plugin. */
  domain: string;
  kubelet: KubeletSettings | undefined;
  nodeCache: Workload | undefined;
  evidence: {
    services: Evidence<Service[]>;
    slices: Evidence<EndpointSlice[]>;
    deployments: Evidence<Workload[]>;
    pods: Evidence<Pod[]>;
    corefile: Evidence<Lookup<ConfigMap>>;
    daemonSets: Evidence<Workload[]>;
  };
}

/** What the API server alone tells. */
export type DnsObjects = DnsInventory['evidence'];

export async function readObjects(ask: Ask): Promise<DnsObjects> {
  const inDns = { namespace: DNS_NAMESPACE };
  const [services, slices, deployments, labelled, corefile, daemonSets] = await Promise.all([
    ask(listObjects('services', Service, inDns)),
    ask(listObjects('endpointslices', EndpointSlice, inDns)),
    ask(listObjects('deployments', Workload, inDns)),
    ask(listObjects('pods', Pod, { ...inDns, labelSelector: 'k8s-app in (kube-dns, coredns)' })),
    ask(getObject('configmaps', ConfigMap, 'coredns', DNS_NAMESPACE)),
    ask(listObjects('daemonsets', Workload)),
  ]);
  return { services, slices, deployments, pods: await withFallback(ask, labelled), corefile, daemonSets };
}

// Kubelets are configured alike in nearly all clusters; three answers show it, and one is enough to go on.
const KUBELETS_ASKED = 3;

export function readKubelet(ask: Ask, facts: Facts): Promise<KubeletSettings | undefined> {
  const asked = facts.nodes
    .filter((node) => node.ready && node.agent.status === 'ready')
    .slice(0, KUBELETS_ASKED);
  return firstObserved(asked.map((node) => ask(readKubeletSettings(node.name))));
}

/** Without a kubelet's settings, what they most likely are is taken from the objects. */
export function toInventory(evidence: DnsObjects, kubelet: KubeletSettings | undefined): DnsInventory {
  const { services, slices, deployments, pods, corefile, daemonSets } = evidence;
  const parsed =
    corefile.status === 'observed' && corefile.value.found
      ? parseCorefile(corefile.value.object.data.Corefile ?? '')
      : undefined;
  const service = chooseService(observedList(services), kubelet?.clusterDns ?? []);
  return {
    service,
    slices: observedList(slices).filter(
      ({ metadata }) =>
        service !== undefined && metadata.labels['kubernetes.io/service-name'] === service.metadata.name,
    ),
    deployment: observedList(deployments).find(isCoreDns),
    pods: observedList(pods).filter(
      (pod) => pod.metadata.deletionTimestamp === undefined && !isNodeCache(pod) && !isOver(pod),
    ),
    corefile: parsed,
    address: kubelet?.clusterDns[0] ?? service?.spec.clusterIP,
    domain: kubelet?.clusterDomain || firstServedDomain(parsed) || 'cluster.local',
    kubelet,
    nodeCache: observedList(daemonSets).find(({ metadata }) => metadata.name === 'node-local-dns'),
    evidence,
  };
}

/** The label may have been taken off; then the image tells. */
async function withFallback(ask: Ask, labelled: Evidence<Pod[]>): Promise<Evidence<Pod[]>> {
  if (labelled.status === 'unavailable' || labelled.value.length > 0) return labelled;
  const all = await ask(listObjects('pods', Pod, { namespace: DNS_NAMESPACE }));
  if (all.status === 'unavailable') return all;
  return { ...all, value: all.value.filter((pod) => pod.spec.containers.some(isCoreDnsImage)) };
}

function chooseService(services: Service[], kubeletAddresses: string[]): Service | undefined {
  return (
    services.find(({ spec }) => kubeletAddresses.includes(spec.clusterIP)) ??
    services.find(({ metadata }) => metadata.labels['k8s-app'] === 'kube-dns') ??
    services.find(({ metadata }) => SERVICE_NAMES.includes(metadata.name))
  );
}

const isCoreDnsImage = ({ image }: { image: string }): boolean => /(^|\/)coredns([:@]|$)/.test(image);
/** Evicted or completed: kept for its status only, and replaced by another. */
const isOver = (pod: Pod): boolean => pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded';
const isNodeCache = (pod: Pod): boolean => pod.metadata.labels['k8s-app'] === 'node-local-dns';

function isCoreDns({ metadata, spec }: Workload): boolean {
  return (
    metadata.name === 'coredns' ||
    metadata.labels['k8s-app'] === 'kube-dns' ||
    (spec.template?.spec.containers ?? []).some(isCoreDnsImage)
  );
}

/** Server blocks; empty when the Corefile is absent or malformed. */
export const blocksOf = (inventory: DnsInventory): ServerBlock[] =>
  inventory.corefile?.ok === true ? inventory.corefile.blocks : [];

/** Zones that the kubernetes plugin serves, reverse zones left out. */
export function servedDomains(blocks: ServerBlock[]): string[] {
  return blocks
    .flatMap((block) =>
      block.plugins
        .filter(({ name }) => name === 'kubernetes')
        .flatMap((plugin) => pluginZones(plugin, block)),
    )
    .filter((zone) => !zone.endsWith('.arpa.'));
}

function firstServedDomain(corefile: Corefile | undefined): string | undefined {
  const [zone] = corefile?.ok === true ? servedDomains(corefile.blocks) : [];
  return zone?.replace(/\.$/, '');
}

export const isReady = (pod: Pod): boolean =>
  pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

/** What the objects alone tell of DNS. */
export function knownOf({ deployment, pods, service, slices }: DnsInventory): KnownFact[] {
  const ready = slices
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ conditions }) => conditions.ready).length;
  return [
    ...(deployment
      ? [
          {
            kind: 'replicas' as const,
            workload: `${deployment.metadata.namespace}/${deployment.metadata.name}`,
            ready: pods.filter(isReady).length,
            desired: deployment.spec.replicas,
          },
        ]
      : []),
    ...(service
      ? [
          {
            kind: 'endpoints' as const,
            service: `${service.metadata.namespace}/${service.metadata.name}`,
            ready,
          },
        ]
      : []),
  ];
}

/** What could not be read, for the verdict's "not checked". */
export function unreadable(inventory: DnsInventory): Unavailable[] {
  return Object.values(inventory.evidence).filter((evidence) => evidence.status === 'unavailable');
}

/** In the order of asking, so that runs are alike; a kubelet that hangs delays nobody while one before it answers. */
async function firstObserved<T>(asked: Promise<Evidence<T>>[]): Promise<T | undefined> {
  for (const pending of asked) {
    const evidence = await pending;
    if (evidence.status === 'observed') return evidence.value;
  }
  return undefined;
}

const observedList = <T>(evidence: Evidence<T[]>): T[] =>
  evidence.status === 'observed' ? evidence.value : [];
