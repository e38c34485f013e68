// The MTUs of one node: what carries its pods' packets (underlay, tunnel, bridge, routes), the node's ends of their cables,
// and what its CNI gives to new pods. Only read here; what they mean together is suspects.ts.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { type NetworkInterface, readInterfaces } from '../../probes/network-interfaces.ts';
import { readNodeFile } from '../../probes/node-files.ts';
import { type Route, readRoutes } from '../../probes/routes.ts';
import { observedOr } from '../branches/nodes/node-finding.ts';
import type { CniNetwork } from '../cni/network.ts';

export interface Device {
  name: string;
  mtu: number;
}

export interface NodeMtus {
  name: string;
  /** Where the others send what is meant for this node. Absent: it has no address. */
  address?: string;
  podRanges: string[];
  /** The device by which packets leave for other nodes. Absent, as those below: not seen, or there is none. */
  underlay?: Device;
  tunnel?: Device;
  bridge?: Device;
  /** Header bytes that the tunnel adds. */
  overhead: number;
  /** What new pods get. */
  given?: number;
  /** What its pods' packets may have to leave it in one piece. */
  carried?: number;
  /** The node's ends of its pods' cables, by index. */
  cables: Map<number, Device>;
  routes: Route[];
  evidence: Evidence<unknown>[];
}

// Of an outer IPv6 header over an IPv4 one.
const INET6_SURPLUS = 20;

export async function readNodeMtus(
  ask: Ask,
  facts: Facts,
  describing: Promise<CniNetwork>,
  name: string,
): Promise<NodeMtus> {
  const vantage = { kind: 'node', node: name } as const;
  const reading = Promise.all([ask(readInterfaces(vantage)), ask(readRoutes(vantage))]);
  const cni = await describing;
  const file = cni.podMtuFile;
  const text = file && (await ask(readNodeFile(name, file.path)));
  const [interfaces, routes] = await reading;
  const known = facts.nodes.find((node) => node.name === name);
  const given = text?.status === 'observed' ? file?.read(text.value) : undefined;
  return {
    ...nodeMtus(name, known?.addresses ?? [], observedOr(interfaces, []), observedOr(routes, []), cni, given),
    podRanges: known?.podCidrs ?? [],
    evidence: [interfaces, routes, ...(text ? [text] : [])],
  };
}

function nodeMtus(
  name: string,
  addresses: string[],
  links: NetworkInterface[],
  routes: Route[],
  cni: CniNetwork,
  fromFile: number | undefined,
): Omit<NodeMtus, 'podRanges' | 'evidence'> {
  const { encapsulation } = cni;
  const tunnel =
    encapsulation.kind === 'vxlan' ? links.find((link) => link.name === encapsulation.device) : undefined;
  const underlay = links.find((link) => link.name === underlayName(tunnel, addresses, links, routes));
  const bridge = links.find((link) => link.name === cni.bridge);
  const address = tunnel?.vxlan?.local ?? addresses[0];
  const overhead =
    encapsulation.kind === 'vxlan'
      ? encapsulation.overheadBytes + (address?.includes(':') ? INET6_SURPLUS : 0)
      : 0;
  const given = fromFile ?? (underlay && cni.podMtu(underlay.mtu));
  const carriers = [
    ...(underlay && encapsulation.kind !== 'unknown' ? [underlay.mtu - overhead] : []),
    ...(tunnel ? [tunnel.mtu] : []),
  ];
  return {
    name,
    overhead,
    ...(address !== undefined && { address }),
    ...(underlay && { underlay: deviceOf(underlay) }),
    ...(tunnel && { tunnel: deviceOf(tunnel) }),
    ...(bridge && { bridge: deviceOf(bridge) }),
    ...(given !== undefined && { given }),
    ...(carriers.length > 0 && { carried: Math.min(...carriers) }),
    cables: new Map(
      links.filter(({ kind }) => kind === 'veth').map((link) => [link.index, deviceOf(link)] as const),
    ),
    routes,
  };
}

const deviceOf = ({ name, mtu }: NetworkInterface): Device => ({ name, mtu });

/** What the tunnel says it goes by; else what has the node's address; else the way out of the node. */
function underlayName(
  tunnel: NetworkInterface | undefined,
  addresses: string[],
  links: NetworkInterface[],
  routes: Route[],
): string | undefined {
  const own = links.find((link) => link.addresses.some(({ address }) => addresses.includes(address)));
  const out = routes.find(({ destination, table }) => destination === 'default' && table === 'main');
  return tunnel?.vxlan?.device ?? own?.name ?? out?.device;
}

export const unseenOf = (evidence: Evidence<unknown>[]): Unavailable[] =>
  evidence.filter((each) => each.status === 'unavailable');
