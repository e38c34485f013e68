// Reads a pod's wiring: its own link, the other end of that cable on the node, the bridge there, its gateway. What
// pod-datapath.ts and its neighbours judge; nothing is judged here. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { CodeDefinition, Finding } from '../../../diagnosis/finding.ts';
import { podSubject } from '../../../diagnosis/finding.ts';
import type { NetworkInterface } from '../../../probes/network-interfaces.ts';
import type { Route } from '../../../probes/routes.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { observedOr } from '../nodes/node-finding.ts';
import type { NodeNetwork } from '../nodes/node-network.ts';
import type { PodNetwork } from './pod-network.ts';

// Devices that tunnel modules put into every network namespace, unused (net/ipv4/ip_tunnel.c, fallback devices).
const FALLBACK_DEVICE = /^(tunl|gre|gretap|erspan|ip_vti|ip6_vti|sit|ip6tnl|ip6gre)\d+$/;

/** The link that carries the pod's address, or should; undefined: there is none, or it could not be read. */
export function linkOf({ pod, interfaces }: PodNetwork): NetworkInterface | undefined {
  const links = observedOr(interfaces, []).filter(
    ({ name, kind }) => name !== 'lo' && kind !== 'dummy' && !FALLBACK_DEVICE.test(name),
  );
  const { podIP } = pod.status;
  const hasAddress = ({ addresses }: NetworkInterface): boolean =>
    addresses.some(({ address }) => address === podIP);
  return links.find(hasAddress) ?? links.find(({ name }) => name === 'eth0') ?? links[0];
}

/** The node's end of the pod's veth pair; undefined: gone, or not a veth pair. */
export function nodeEndOf(link: NetworkInterface, { interfaces }: NodeNetwork): NetworkInterface | undefined {
  return observedOr(interfaces, []).find(
    ({ index, peerIndex, kind }) => kind === 'veth' && index === link.peerIndex && peerIndex === link.index,
  );
}

export const bridgeOf = (cni: CniNetwork, { interfaces }: NodeNetwork): NetworkInterface | undefined =>
  observedOr(interfaces, []).find(({ name }) => name === cni.bridge);

/** The usable default routes of the family of the pod's own address. */
export function defaultRoutesOf({ pod, routes }: PodNetwork): Route[] {
  const isIpv6 = pod.status.podIP.includes(':');
  return observedOr(routes, []).filter(
    ({ destination, gateway, table, type }) =>
      destination === 'default' &&
      table === 'main' &&
      type === 'unicast' &&
      (gateway === undefined || gateway.includes(':') === isIpv6),
  );
}

export const nameOf = ({ pod: { metadata } }: PodNetwork): string => `${metadata.namespace}/${metadata.name}`;

/** What findings about a pod's wiring share. Everything a pod does over its network fails with it. */
export const wiringFinding = (pod: PodNetwork, definition: CodeDefinition, evidence: Evidence<unknown>[]) =>
  ({
    ...definition,
    subject: podSubject(pod.vantage.pod),
    node: pod.vantage.node,
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: [
      'pod.not-ready',
      'pod.not-running',
      'dns.udp-blocked',
      'dns.truncation',
      'dns.intermittent-timeout',
      'dns.upstream-failing',
    ],
    remediations: [],
  }) satisfies Partial<Finding>;
