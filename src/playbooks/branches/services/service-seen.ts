// Everything about one Service as a sender has it, in one turn: its address tried several times and from elsewhere, its
// endpoints one by one, the rules of the sender's node, kube-proxy. Only read; nothing is judged here.

import type { Unavailable } from '../../../diagnosis/evidence.ts';
import type { Facts } from '../../../diagnosis/facts.ts';
import type { Ask, Leg } from '../../../diagnosis/playbook.ts';
import { readListeners } from '../../../probes/listeners.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { type NodeNetwork, readNodeNetwork } from '../nodes/node-network.ts';
import { type PodNetwork, readPodNetwork } from '../pods/pod-network.ts';
import { findSender } from '../way-state.ts';
import {
  legsOfEndpoints,
  MAX_ENDPOINTS,
  type TriedEndpoint,
  tryEndpoints,
  unseenOfEndpoints,
} from './endpoint-ways.ts';
import { readServiceState, type ServiceState } from './service-on-node.ts';
import { legOfTries, type ServiceTries, tryService, unseenOfTries } from './service-tries.ts';
import { type Endpoint, type Entrance, isIpv6, type ServiceView } from './service-view.ts';

export interface SeenService {
  view: ServiceView;
  from: NetworkVantage;
  /** The sender's own addresses; empty: not known. */
  addresses: string[];
  nodeAddresses: string[];
  /** Those that may serve this sender: of the families that it speaks, and of its node where only those count. */
  endpoints: Endpoint[];
  tries: ServiceTries[];
  tried: TriedEndpoint[];
  /** One an entrance. */
  states: { entrance: Entrance; state: ServiceState }[];
  /** TCP ports that are listened on at the sender's node; undefined: not seen. */
  listening: number[] | undefined;
  /** Set when the sender is itself one of the endpoints. */
  itself: { pod: PodNetwork; node: NodeNetwork } | undefined;
}

export async function seeService(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  from: NetworkVantage,
  view: ServiceView,
): Promise<SeenService> {
  const node = facts.nodes.find(({ name }) => name === from.node);
  const sender = await findSender(ask, from);
  const nodeAddresses = node?.addresses ?? [];
  const addresses =
    from.kind === 'node'
      ? nodeAddresses
      : [sender?.status.podIP ?? '', ...(sender?.status.podIPs ?? []).map(({ ip }) => ip)].filter(Boolean);
  const speaks = (end: { address: string }): boolean =>
    addresses.length === 0 || addresses.some((address) => isIpv6({ address }) === isIpv6(end));
  const entrances = view.entrances.filter(speaks);
  const endpoints = view.endpoints.filter(
    (endpoint) => speaks(endpoint) && (!view.isLocal || endpoint.node === from.node),
  );
  const isEndpoint = from.kind === 'pod' && endpoints.some(({ address }) => addresses.includes(address));
  const [tries, tried, states, listeners, itself] = await Promise.all([
    tryService(ask, facts, from, view, entrances, isEndpoint),
    tryEndpoints(ask, facts, cni, from, view, endpoints.slice(0, MAX_ENDPOINTS)),
    Promise.all(
      (node ? entrances : []).map(async (entrance) => ({
        entrance,
        state: await readServiceState(ask, node as NonNullable<typeof node>, entrance.address),
      })),
    ),
    entrances.length > 0 ? ask(readListeners({ kind: 'node', node: from.node })) : undefined,
    isEndpoint && sender
      ? Promise.all([readPodNetwork(ask, sender), readNodeNetwork(ask, facts, from.node)])
      : undefined,
  ]);
  const open = listeners?.status === 'observed' ? listeners.value : undefined;
  return {
    view,
    from,
    addresses,
    nodeAddresses,
    endpoints,
    tries,
    tried,
    states,
    listening: open?.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port),
    itself: itself && { pod: itself[0], node: itself[1] },
  };
}

/** The Service from the sender first; what it leads to and other places are its controls. */
export function legsOf({ view, tries, tried }: SeenService): Leg[] {
  const { name } = view.service.metadata;
  return [
    ...tries.filter(({ control }) => !control).map((each) => legOfTries(name, each)),
    ...legsOfEndpoints(tried, !view.isHeadless),
    ...tries.filter(({ control }) => control).map((each) => legOfTries(name, each)),
  ];
}

/** What could not be tried, and endpoints beyond those that were. */
export function unseenOf({ view, tries, tried, endpoints }: SeenService): Unavailable[] {
  const { slices, pods } = view.evidence;
  const untried = endpoints.length - MAX_ENDPOINTS;
  const { value: _, ...provenance } = { value: undefined, ...slices };
  const beyond: Unavailable[] =
    untried > 0 && view.protocol === 'tcp'
      ? [
          {
            ...provenance,
            status: 'unavailable',
            reason: 'budget',
            detail: `${untried} of ${endpoints.length} endpoints were not tried`,
          },
        ]
      : [];
  return [
    ...[slices, pods].flatMap((each) => (each?.status === 'unavailable' ? [each] : [])),
    ...unseenOfTries(tries.filter(({ control }) => !control)),
    ...unseenOfEndpoints(tried),
    ...beyond,
  ];
}
