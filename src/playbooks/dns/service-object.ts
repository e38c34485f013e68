// Is the DNS Service what pods are told to ask, and does it lead to CoreDNS? Objects only: the network is not asked.

import type { Finding } from '../../diagnosis/finding.ts';
import type { Pod, Service } from '../../probes/api-objects.ts';
import { dnsCodes } from './codes.ts';
import { blocksOf, type DnsInventory, isReady } from './inventory.ts';

type Misconfiguration = Pick<
  Extract<Finding, { code: 'dns.service-misconfigured' }>['params'],
  'cause' | 'expected' | 'actual'
>;

/** Undefined when nothing is wrong with it, or when it could not be read. */
export function checkService(inventory: DnsInventory): Finding | undefined {
  const { services, slices, pods } = inventory.evidence;
  if (services.status === 'unavailable') return undefined;
  const wrong = inventory.service ? inspect(inventory.service, inventory) : missing(inventory);
  if (!wrong) return undefined;
  const { namespace, name } = inventory.service?.metadata ?? { namespace: 'kube-system', name: 'kube-dns' };
  return {
    code: 'dns.service-misconfigured',
    ...dnsCodes['dns.service-misconfigured'],
    params: { service: `${namespace}/${name}`, ...wrong },
    subject: { kind: 'service', namespace, name },
    confidence: 'proven',
    advisory: false,
    evidence: [services, slices, pods],
    explains: ['dns.udp-blocked', 'dns.truncation'],
    remediations: [],
  };
}

/** Only when a kubelet told us the address: without it any Service might be the one. */
function missing(inventory: DnsInventory): Misconfiguration | undefined {
  if (!inventory.kubelet || inventory.address === undefined) return undefined;
  return { cause: 'missing', expected: inventory.address, actual: '' };
}

function inspect(service: Service, inventory: DnsInventory): Misconfiguration | undefined {
  const told = inventory.kubelet?.clusterDns ?? [];
  const addresses = [service.spec.clusterIP, ...service.spec.clusterIPs];
  // NodeLocal DNSCache: pods are told its link-local address, which belongs to no Service.
  const cached = inventory.nodeCache !== undefined;
  if (told.length > 0 && !cached && !told.some((address) => addresses.includes(address)))
    return { cause: 'address-differs', expected: told.join(', '), actual: service.spec.clusterIP };
  return wrongPort(service) ?? wrongSelector(service, inventory) ?? wrongTargetPort(inventory);
}

function wrongPort(service: Service): Misconfiguration | undefined {
  const { ports } = service.spec;
  const absent = ['UDP', 'TCP'].filter(
    (protocol) => !ports.some((port) => port.port === 53 && port.protocol === protocol),
  );
  if (absent.length === 0) return undefined;
  return {
    cause: 'port-missing',
    expected: absent.map((protocol) => `53/${protocol}`).join(', '),
    actual: ports.map((port) => `${port.port}/${port.protocol}`).join(', ') || 'none',
  };
}

/** The selector is judged against the pods that are CoreDNS, whatever their labels. */
function wrongSelector(service: Service, inventory: DnsInventory): Misconfiguration | undefined {
  const { selector } = service.spec;
  const pods = inventory.pods;
  if (pods.length === 0 || Object.keys(selector).length === 0) return undefined;
  const selected = (pod: Pod): boolean =>
    Object.entries(selector).every(([key, value]) => pod.metadata.labels[key] === value);
  if (pods.some(selected)) return undefined;
  const template = inventory.deployment?.spec.selector.matchLabels ?? pods[0]?.metadata.labels ?? {};
  return { cause: 'selector-matches-nothing', expected: labelLine(template), actual: labelLine(selector) };
}

function wrongTargetPort(inventory: DnsInventory): Misconfiguration | undefined {
  const listening = blocksOf(inventory).map((block) => block.port);
  const targets = inventory.slices
    .flatMap((slice) => slice.ports)
    .filter(({ name, port }) => /dns/.test(name) || port === 53)
    .map(({ port }) => port);
  const wrong = targets.find((port) => !listening.includes(port));
  if (listening.length === 0 || wrong === undefined || !inventory.pods.some(isReady)) return undefined;
  return { cause: 'target-port-wrong', expected: String(listening[0]), actual: String(wrong) };
}

const labelLine = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
