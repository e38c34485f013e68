// Network interfaces of a node or a pod with their addresses, kind and counters: `ip -j -d -s addr show` of iproute2 5
// and 6. It says what is there; whether that is right is the playbooks' question.

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { jsonOutput, programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'network.interfaces': Record<string, never>;
  }
}

export interface NetworkInterface {
  name: string;
  index: number;
  /** Index of the other end of a veth pair; that end may be in another network namespace. Absent for other kinds. */
  peerIndex?: number;
  /** The bridge it is a port of. Absent: of none. */
  master?: string;
  /** Set up by an administrator (flag UP); says nothing of the cable. */
  adminUp: boolean;
  /** Set not to use ARP (flag NOARP): on an Ethernet link it then neither asks nor answers for addresses. */
  noArp: boolean;
  /** IFLA_OPERSTATE as iproute2 prints it: UP, DOWN, LOWERLAYERDOWN, UNKNOWN. */
  operState: string;
  mtu: number;
  /** Lower case; empty where there is none. */
  mac: string;
  /** IFLA_INFO_KIND: veth, bridge, vxlan, ...; empty for physical ones and lo. */
  kind: string;
  addresses: InterfaceAddress[];
  vxlan?: VxlanSettings;
  /** Settings as a port of a bridge. Absent: it is none. */
  bridgePort?: BridgePort;
  received: PacketCounts;
  sent: PacketCounts;
}

export interface InterfaceAddress {
  family: 'inet' | 'inet6';
  address: string;
  prefixLength: number;
  /** global, link or host. */
  scope: string;
}

export interface VxlanSettings {
  vni: number;
  /** UDP port. */
  port: number;
  /** Source address of the outer packets; absent: chosen by the route. */
  local?: string;
  /** Underlying device. */
  device?: string;
}

export interface BridgePort {
  /** forwarding, learning, blocking, disabled, ... */
  state: string;
  /** Isolated ports exchange frames only with ports that are not. */
  isolated: boolean;
  /** Whether frames may leave by the port they came in. */
  hairpin: boolean;
}

export interface PacketCounts {
  packets: number;
  errors: number;
  dropped: number;
}

export const readInterfaces = (vantage: NetworkVantage, run?: string): Probe<NetworkInterface[]> =>
  programProbe({
    vantage,
    argv: ['ip', '-j', '-d', '-s', 'addr', 'show'],
    label: { topic: 'network.interfaces', params: {} },
    timeoutMs: 5000,
    ...(run === undefined ? {} : { run }),
    parse: parseInterfaces,
  });

const counts = z
  .object({ packets: z.number().default(0), errors: z.number().default(0), dropped: z.number().default(0) })
  .prefault({});

const Link = z.object({
  ifindex: z.number(),
  ifname: z.string(),
  link_index: z.number().optional(),
  link: z.string().optional(),
  master: z.string().optional(),
  flags: z.array(z.string()).default([]),
  operstate: z.string().default('UNKNOWN'),
  mtu: z.number().default(0),
  address: z.string().default(''),
  linkinfo: z
    .object({
      info_kind: z.string().default(''),
      info_data: z.record(z.string(), z.unknown()).default({}),
      info_slave_kind: z.string().optional(),
      info_slave_data: z.record(z.string(), z.unknown()).default({}),
    })
    .prefault({}),
  addr_info: z
    .array(
      z.object({
        family: z.string(),
        local: z.string().default(''),
        prefixlen: z.number().default(0),
        scope: z.string().default(''),
      }),
    )
    .default([]),
  stats64: z.object({ rx: counts, tx: counts }).prefault({}),
});

/** Exported for its tests on captured output. */
export function parseInterfaces(raw: RawAnswer): NetworkInterface[] {
  // iproute2 prints `{}` for a link that vanished while it was listed.
  const listing = z.array(z.unknown()).safeParse(jsonOutput(programOutput(raw)));
  if (!listing.success) throw new Unparsable('expected a list of links');
  const links = listing.data.filter((link) => Object.keys(link as object).length > 0);
  const parsed = z.array(Link).safeParse(links);
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  const indexes = new Map(parsed.data.map(({ ifname, ifindex }) => [ifname, ifindex]));
  return parsed.data.map((link) => toInterface(link, indexes));
}

function toInterface(link: z.infer<typeof Link>, indexes: Map<string, number>): NetworkInterface {
  const { info_kind: kind, info_data: data } = link.linkinfo;
  // With both ends in one namespace iproute2 names the other end in place of giving its index.
  const peerIndex = link.link_index ?? (link.link === undefined ? undefined : indexes.get(link.link));
  return {
    name: link.ifname,
    index: link.ifindex,
    ...(kind === 'veth' && peerIndex !== undefined ? { peerIndex } : {}),
    ...(link.master === undefined ? {} : { master: link.master }),
    adminUp: link.flags.includes('UP'),
    noArp: link.flags.includes('NOARP'),
    operState: link.operstate,
    mtu: link.mtu,
    mac: link.address.toLowerCase(),
    kind,
    addresses: link.addr_info.flatMap(({ family, local, prefixlen, scope }) =>
      family === 'inet' || family === 'inet6'
        ? [{ family, address: local, prefixLength: prefixlen, scope }]
        : [],
    ),
    ...(kind === 'vxlan' ? { vxlan: toVxlan(data) } : {}),
    ...(link.linkinfo.info_slave_kind === 'bridge'
      ? { bridgePort: toPort(link.linkinfo.info_slave_data) }
      : {}),
    received: link.stats64.rx,
    sent: link.stats64.tx,
  };
}

const toPort = ({ state, isolated, hairpin }: Record<string, unknown>): BridgePort => ({
  state: String(state ?? 'forwarding'),
  isolated: isolated === true,
  hairpin: hairpin === true,
});

function toVxlan(data: Record<string, unknown>): VxlanSettings {
  const { id, port, local, link } = data;
  return {
    vni: Number(id ?? 0),
    port: Number(port ?? 0),
    ...(typeof local === 'string' ? { local } : {}),
    ...(typeof link === 'string' ? { device: link } : {}),
  };
}
