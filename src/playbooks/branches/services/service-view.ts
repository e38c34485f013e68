// A Service as the API server has it: the port that was asked for, its endpoints, the pods that it selects, and the address
// by which it is reached. Only read here; whether it is as it should be is judged beside this file.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { NodeFacts } from '../../../diagnosis/facts.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import type { Protocol } from '../../../diagnosis/target.ts';
import { EndpointSlice, Pod, Service } from '../../../probes/api-objects.ts';
import { getObject, type Lookup, listObjects } from '../../../probes/api-reads.ts';

export interface ServiceQuestion {
  namespace: string;
  name: string;
  /** Absent: the first one of that protocol. */
  port?: number;
  protocol: Protocol;
  /** Where it is asked from: a NodePort is tried on the asker's own node. */
  node: NodeFacts | undefined;
}

export type PortOfService = Service['spec']['ports'][number];

export interface Endpoint {
  address: string;
  port: number;
  /** Empty: not known, as with endpoints made by hand. */
  node: string;
  /** Name in the Service's namespace; empty when it is no pod's. */
  pod: string;
}

export interface ServiceView {
  /** `namespace/name` */
  label: string;
  service: Service;
  /** Undefined: a headless one was asked for a port that is none of its own, or for none and has none. */
  port: PortOfService | undefined;
  /** As it was asked for; undefined when no port was named, and it has none. */
  askedPort: number | undefined;
  protocol: Protocol;
  /** Where a client sends its packets; one an address family. Empty for a headless Service: to the endpoints. */
  entrances: Entrance[];
  isHeadless: boolean;
  /** Those that traffic goes to. */
  endpoints: Endpoint[];
  /** Each node is served by its own endpoints alone (internalTrafficPolicy). */
  isLocal: boolean;
  /** In its EndpointSlices, ready or not. */
  listed: { endpoints: number; targets: string[] };
  /** Pods that its selector selects, those that have ended left out; empty without a selector. */
  pods: Pod[];
  evidence: {
    service: Evidence<Lookup<Service>>;
    slices: Evidence<EndpointSlice[]>;
    /** Absent without a selector. */
    pods?: Evidence<Pod[]>;
  };
}

export interface Entrance {
  address: string;
  port: number;
  kind: 'cluster-ip' | 'node-port';
}

export type FoundService =
  | { kind: 'found'; view: ServiceView }
  | { kind: 'missing'; evidence: Evidence<Lookup<Service>> }
  | { kind: 'port-missing'; service: Service; evidence: Evidence<Lookup<Service>> }
  /** A name in the DNS, and nothing that packets are sent to. */
  | { kind: 'alias'; to: string; evidence: Evidence<Lookup<Service>> }
  | { kind: 'unseen'; evidence: Unavailable };

export async function findService(ask: Ask, question: ServiceQuestion): Promise<FoundService> {
  const { namespace, name } = question;
  const [found, slices] = await Promise.all([
    ask(getObject('services', Service, name, namespace)),
    ask(
      listObjects('endpointslices', EndpointSlice, {
        namespace,
        labelSelector: `kubernetes.io/service-name=${name}`,
      }),
    ),
  ]);
  if (found.status === 'unavailable') return { kind: 'unseen', evidence: found };
  if (!found.value.found) return { kind: 'missing', evidence: found };
  const service = found.value.object;
  if (service.spec.type === 'ExternalName')
    return { kind: 'alias', to: service.spec.externalName, evidence: found };
  const isHeadless = service.spec.clusterIP === 'None';
  const port = choosePort(service, question);
  if (!port && !isHeadless) return { kind: 'port-missing', service, evidence: found };
  const pods = await selectedPods(ask, service);
  const published = publishedBy(slices.status === 'observed' ? slices.value : [], port, question, isHeadless);
  return {
    kind: 'found',
    view: {
      label: `${namespace}/${name}`,
      service,
      port,
      askedPort: question.port ?? port?.port,
      protocol: question.protocol,
      entrances: entrancesOf(service, port, question),
      isHeadless,
      endpoints: published.usable,
      isLocal: service.spec.internalTrafficPolicy === 'Local' && !isHeadless,
      listed: published.listed,
      pods: pods?.status === 'observed' ? pods.value.filter((pod) => !isOver(pod)) : [],
      evidence: { service: found, slices, ...(pods && { pods }) },
    },
  };
}

const isOver = ({ status }: Pod): boolean => status.phase === 'Failed' || status.phase === 'Succeeded';

async function selectedPods(ask: Ask, { metadata, spec }: Service): Promise<Evidence<Pod[]> | undefined> {
  const terms = Object.entries(spec.selector);
  if (terms.length === 0) return undefined;
  const labelSelector = terms.map(([key, value]) => `${key}=${value}`).join(',');
  return ask(listObjects('pods', Pod, { namespace: metadata.namespace, labelSelector }));
}

function choosePort(
  { spec }: Service,
  { port, protocol }: Pick<ServiceQuestion, 'port' | 'protocol'>,
): PortOfService | undefined {
  const ofProtocol = spec.ports.filter((each) => each.protocol.toLowerCase() === protocol);
  if (port === undefined) return ofProtocol[0];
  return ofProtocol.find((each) => each.port === port) ?? ofProtocol.find((each) => each.nodePort === port);
}

function entrancesOf({ spec }: Service, port: PortOfService | undefined, asked: ServiceQuestion): Entrance[] {
  if (!port || spec.clusterIP === 'None') return [];
  if (asked.port !== undefined && asked.port !== port.port && asked.port === port.nodePort)
    return (asked.node?.addresses ?? []).slice(0, 1).map((address) => ({
      address,
      port: asked.port ?? port.port,
      kind: 'node-port',
    }));
  const addresses = spec.clusterIPs.length > 0 ? spec.clusterIPs : [spec.clusterIP];
  return addresses
    .filter((address) => address !== '')
    .map((address) => ({ address, port: port.port, kind: 'cluster-ip' }));
}

/** As kube-proxy chooses (pkg/proxy/topology.go): ready ones; when there are none, those that end and still serve. */
export function publishedBy(
  slices: EndpointSlice[],
  port: PortOfService | undefined,
  asked: Pick<ServiceQuestion, 'port' | 'protocol'>,
  isHeadless: boolean,
): { usable: Endpoint[]; listed: ServiceView['listed'] } {
  const entries = slices.flatMap((slice) => {
    const own = slice.ports.find(
      (each) => each.name === (port?.name ?? '') && each.protocol.toLowerCase() === asked.protocol,
    );
    // A headless Service is no more than a name for its pods: what is asked of it is asked of them.
    const number = isHeadless && asked.port !== undefined ? asked.port : own?.port;
    return slice.endpoints.map((endpoint) => ({ endpoint, number }));
  });
  const withPort = entries.flatMap(({ endpoint, number }) =>
    number === undefined ? [] : endpoint.addresses.map((address) => ({ endpoint, address, number })),
  );
  const ready = withPort.filter(({ endpoint }) => endpoint.conditions.ready);
  const ending = withPort.filter(
    ({ endpoint: { conditions } }) => conditions.serving === true && conditions.terminating === true,
  );
  const usable = (ready.length > 0 ? ready : ending).map(({ endpoint, address, number }) => ({
    address,
    port: number,
    node: endpoint.nodeName,
    pod: endpoint.targetRef?.kind === 'Pod' ? endpoint.targetRef.name : '',
  }));
  return {
    usable: usable.sort(byAddress),
    listed: {
      endpoints: entries.length,
      targets: withPort.map(({ address, number }) => targetOf({ address, port: number })),
    },
  };
}

const byAddress = (a: Endpoint, b: Endpoint): number => (a.address < b.address ? -1 : 1);

/** `10.244.1.2:8080`, `[fd00::2]:8080`. */
export const targetOf = ({ address, port }: { address: string; port: number }): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

export const isIpv6 = ({ address }: { address: string }): boolean => address.includes(':');
