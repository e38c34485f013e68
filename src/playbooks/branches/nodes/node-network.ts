// The network of one node as its kernel has it: links, routes, neighbours, forwarding entries, settings. Only read here,
// all at once; what it means is judged in node-datapath.ts and node-pair.ts.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Facts } from '../../../diagnosis/facts.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { Node } from '../../../probes/api-objects.ts';
import { listObjects } from '../../../probes/api-reads.ts';
import { type InterfaceSettings, readSettings } from '../../../probes/kernel-settings.ts';
import {
  type ForwardingEntry,
  type Neighbour,
  readForwarding,
  readNeighbours,
} from '../../../probes/neighbours.ts';
import { type NetworkInterface, readInterfaces } from '../../../probes/network-interfaces.ts';
import { type Route, readRoutes } from '../../../probes/routes.ts';

export interface NodeNetwork {
  name: string;
  /** The API server's object; undefined when the nodes could not be listed as such. */
  object: Node | undefined;
  /** InternalIP, IPv4 first. */
  addresses: string[];
  podCidrs: string[];
  interfaces: Evidence<NetworkInterface[]>;
  routes: Evidence<Route[]>;
  neighbours: Evidence<Neighbour[]>;
  forwarding: Evidence<ForwardingEntry[]>;
  settings: Evidence<InterfaceSettings[]>;
}

export async function readNodeNetwork(ask: Ask, facts: Facts, name: string): Promise<NodeNetwork> {
  const vantage = { kind: 'node', node: name } as const;
  const [nodes, interfaces, routes, neighbours, forwarding, settings] = await Promise.all([
    ask(listObjects('nodes', Node)),
    ask(readInterfaces(vantage)),
    ask(readRoutes(vantage)),
    ask(readNeighbours(vantage)),
    ask(readForwarding(vantage)),
    ask(readSettings(vantage)),
  ]);
  const known = facts.nodes.find((node) => node.name === name);
  return {
    name,
    object:
      nodes.status === 'observed' ? nodes.value.find(({ metadata }) => metadata.name === name) : undefined,
    addresses: known?.addresses ?? [],
    podCidrs: known?.podCidrs ?? [],
    interfaces,
    routes,
    neighbours,
    forwarding,
    settings,
  };
}

/** What of it could not be seen. */
export const unseenOfNode = (network: NodeNetwork): Unavailable[] =>
  [network.interfaces, network.routes, network.neighbours, network.forwarding, network.settings].filter(
    (evidence) => evidence.status === 'unavailable',
  );
