// The network of one pod as seen from inside: links, routes, neighbours, listening sockets. Only read here, all at once;
// what it means is judged in pod-datapath.ts.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import type { Pod } from '../../../probes/api-objects.ts';
import { type Listener, readListeners } from '../../../probes/listeners.ts';
import { type Neighbour, readNeighbours } from '../../../probes/neighbours.ts';
import { type NetworkInterface, readInterfaces } from '../../../probes/network-interfaces.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import { type Route, readRoutes } from '../../../probes/routes.ts';

export type PodVantage = NetworkVantage & { kind: 'pod' };

export interface PodNetwork {
  pod: Pod;
  vantage: PodVantage;
  interfaces: Evidence<NetworkInterface[]>;
  routes: Evidence<Route[]>;
  neighbours: Evidence<Neighbour[]>;
  listeners: Evidence<Listener[]>;
}

export const vantageOfPod = ({ metadata, spec }: Pod): PodVantage => ({
  kind: 'pod',
  node: spec.nodeName,
  pod: { namespace: metadata.namespace, name: metadata.name },
  podUid: metadata.uid,
});

export async function readPodNetwork(ask: Ask, pod: Pod): Promise<PodNetwork> {
  const vantage = vantageOfPod(pod);
  const [interfaces, routes, neighbours, listeners] = await Promise.all([
    ask(readInterfaces(vantage)),
    ask(readRoutes(vantage)),
    ask(readNeighbours(vantage)),
    ask(readListeners(vantage)),
  ]);
  return { pod, vantage, interfaces, routes, neighbours, listeners };
}

/** What of it could not be seen. */
export const unseenOfPod = ({ interfaces, routes, neighbours, listeners }: PodNetwork): Unavailable[] =>
  [interfaces, routes, neighbours, listeners].filter((evidence) => evidence.status === 'unavailable');
