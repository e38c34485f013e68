// Do Services work on the nodes of a cluster? On each of a sample: kube-proxy, the rules for its Services against their
// endpoints, and a connection to the Service that everybody needs. State screens only: what is odd is examined as traffic.

import type { Facts, NodeFacts } from '../../../diagnosis/facts.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { EndpointSlice, Service } from '../../../probes/api-objects.ts';
import { listObjects } from '../../../probes/api-reads.ts';
import { readListeners } from '../../../probes/listeners.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { onceEach, trafficOf } from '../examine-ways.ts';
import type { Examined } from '../examined.ts';
import { examineFlowToService } from '../flow-to-service.ts';
import { findPeerPods } from '../peer-pods.ts';
import { vantageOfPod } from '../pods/pod-network.ts';
import {
  adviseOnKubeProxy,
  judgeProgramming,
  readServiceState,
  type ServiceOnNode,
} from './service-on-node.ts';
import { legOfTries, resultOf, tryEntrance, unseenOfTries } from './service-tries.ts';
import { publishedBy, targetOf } from './service-view.ts';

const API = { namespace: 'default', name: 'kubernetes' } as const;
// The rules for so many Services are followed on each node; enough to see that they are not kept up.
const MAX_SERVICES = 50;
const MAX_SLICES = 500;
const MAX_SUSPECTS = 2;

interface Wanted extends ServiceOnNode {
  namespace: string;
  name: string;
}

export async function examineServicesOnNodes(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  nodes: NodeFacts[],
): Promise<Examined[]> {
  const [services, slices] = await Promise.all([
    ask(listObjects('services', Service)),
    ask(listObjects('endpointslices', EndpointSlice, { limit: MAX_SLICES })),
  ]);
  const unread = [services, slices].filter((each) => each.status === 'unavailable');
  if (services.status === 'unavailable' || slices.status === 'unavailable')
    return [{ traffic: 'unknown', legs: [], findings: [], unchecked: unread }];
  const wanted = services.value.flatMap((service) => portsOf(service, slices.value));
  const api = wanted.find(isApi);
  const screened = [...(api ? [api] : []), ...wanted.filter((each) => each !== api)].slice(0, MAX_SERVICES);
  return Promise.all(nodes.map((node) => examineNode(ask, facts, cni, node, screened)));
}

const isApi = ({ namespace, name }: Wanted): boolean => namespace === API.namespace && name === API.name;

/** Those that are to lead somewhere from every node, each with where to. */
function portsOf({ metadata, spec }: Service, slices: EndpointSlice[]): Wanted[] {
  const { namespace, name } = metadata;
  if (spec.clusterIP === '' || spec.clusterIP === 'None' || spec.internalTrafficPolicy === 'Local') return [];
  const own = slices.filter(
    (slice) =>
      slice.metadata.namespace === namespace &&
      slice.metadata.labels['kubernetes.io/service-name'] === name &&
      (slice.addressType === 'IPv6') === spec.clusterIP.includes(':'),
  );
  return spec.ports.flatMap((port): Wanted[] => {
    if (port.protocol !== 'TCP') return [];
    const { usable, listed } = publishedBy(own, port, { protocol: 'tcp' }, false);
    const endpoints = usable.map(targetOf);
    const where = { address: spec.clusterIP, port: port.port, protocol: 'tcp' } as const;
    const service = `${namespace}/${name}`;
    return [{ namespace, name, service, ...where, endpoints, listed: listed.targets }];
  });
}

async function examineNode(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  node: NodeFacts,
  screened: Wanted[],
): Promise<Examined> {
  const [first] = screened;
  if (!first) return { traffic: 'passes', legs: [], findings: [], unchecked: [] };
  const { pods } = await findPeerPods(ask, node.name);
  const [pod] = pods;
  const from: NetworkVantage = pod ? vantageOfPod(pod) : { kind: 'node', node: node.name };
  const [state, tries, listeners] = await Promise.all([
    readServiceState(ask, node, first.address),
    tryEntrance(
      ask,
      from,
      { ...first, kind: 'cluster-ip' },
      { label: labelOf(first), times: 1, control: false },
    ),
    ask(readListeners({ kind: 'node', node: node.name })),
  ]);
  const judged = screened.map((each) => ({ each, programming: judgeProgramming(state, each) }));
  const wrong = judged.filter(({ programming }) => programming.kind === 'wrong').map(({ each }) => each);
  const result = resultOf(tries.evidence);
  const suspects = [...new Set([...(result === 'fails' ? [first] : []), ...wrong])].slice(0, MAX_SUSPECTS);
  const examined = await Promise.all(
    suspects.map(({ namespace, name, port, protocol }) =>
      examineFlowToService(ask, facts, cni, { from, namespace, name, port, protocol }),
    ),
  );
  const open = listeners.status === 'observed' ? listeners.value : undefined;
  const listening = open?.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port);
  const [programming] = judged.map((each) => each.programming);
  const own = suspects.includes(first) ? [] : [legOfTries(first.name, tries)];
  return {
    traffic: trafficOf([...(own.length > 0 ? [{ traffic: result }] : []), ...examined]),
    legs: [...own, ...examined.flatMap(({ legs }) => legs)],
    findings: onceEach([
      ...examined.flatMap(({ findings }) => findings),
      ...(programming ? adviseOnKubeProxy(state, programming, listening) : []),
    ]),
    unchecked: [
      ...unseenOfTries([tries]),
      ...(state.health.status === 'unavailable' ? [state.health] : []),
      ...examined.flatMap(({ unchecked }) => unchecked),
    ],
  };
}

const labelOf = ({ namespace, name }: Wanted): string => `${name}.${namespace}`;
