// Is a pod wired up as its CNI would have it? From the interface inside, along the cable, to the node's end of it. What
// follows from something nearer to the pod is not said again. Pure.

import type { NetworkInterface } from '../../../probes/network-interfaces.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { observedOr } from '../nodes/node-finding.ts';
import type { NodeNetwork } from '../nodes/node-network.ts';
import type { Suspect } from '../suspect.ts';
import { podCodes } from './pod-codes.ts';
import { checkForwardingEntry, checkGatewayEntry, checkNodeEntry } from './pod-entries.ts';
import type { PodNetwork } from './pod-network.ts';
import { checkDefaultRoute } from './pod-routes.ts';
import { bridgeOf, linkOf, nameOf, nodeEndOf, wiringFinding } from './pod-wiring.ts';

export function checkPodDatapath(pod: PodNetwork, node: NodeNetwork, cni: CniNetwork): Suspect[] {
  return [...checkPodWiring(pod, node, cni), ...checkDefaultRoute(pod, node, cni)];
}

/** All of it but the routes, which matter for some destinations and not for others. */
export function checkPodWiring(pod: PodNetwork, node: NodeNetwork, cni: CniNetwork): Suspect[] {
  if (pod.interfaces.status === 'unavailable') return [];
  const link = linkOf(pod);
  if (!link) return [interfaceMissing(pod)];
  if (!link.adminUp) return [interfaceDown(pod, link, 'down')];
  // Veth pairs are Ethernet: without ARP nobody finds the pod on its bridge.
  if (link.kind === 'veth' && link.noArp && cni.attachment === 'bridge')
    return [interfaceDown(pod, link, 'without-arp')];
  return [
    ...checkAddress(pod, link),
    ...checkCable(pod, link, node, cni),
    ...checkGatewayEntry(pod, link, node, cni),
    ...checkNodeEntry(pod, link, node),
    ...checkForwardingEntry(pod, link, node, cni),
  ];
}

function interfaceMissing(pod: PodNetwork): Suspect {
  return {
    breaks: 'both',
    finding: {
      code: 'pod.interface-missing',
      params: { pod: nameOf(pod), address: pod.pod.status.podIP },
      ...wiringFinding(pod, podCodes['pod.interface-missing'], [pod.interfaces]),
    },
  };
}

function interfaceDown(pod: PodNetwork, link: NetworkInterface, cause: 'down' | 'without-arp'): Suspect {
  return {
    breaks: 'both',
    finding: {
      code: 'pod.interface-down',
      params: { pod: nameOf(pod), interface: link.name, cause },
      ...wiringFinding(pod, podCodes['pod.interface-down'], [pod.interfaces]),
    },
  };
}

function checkAddress(pod: PodNetwork, link: NetworkInterface): Suspect[] {
  const expected = pod.pod.status.podIP;
  const has = ({ addresses }: NetworkInterface): boolean =>
    addresses.some(({ address }) => address === expected);
  if (expected === '' || observedOr(pod.interfaces, []).some(has)) return [];
  const actual = link.addresses.filter(({ scope }) => scope === 'global').map(({ address }) => address);
  return [
    {
      breaks: 'both',
      finding: {
        code: 'pod.address-missing',
        params: { pod: nameOf(pod), interface: link.name, expected, actual },
        ...wiringFinding(pod, podCodes['pod.address-missing'], [pod.interfaces]),
      },
    },
  ];
}

function checkCable(pod: PodNetwork, link: NetworkInterface, node: NodeNetwork, cni: CniNetwork): Suspect[] {
  if (link.kind !== 'veth' || node.interfaces.status === 'unavailable') return [];
  const end = nodeEndOf(link, node);
  const basis = (code: 'pod.host-veth-down' | 'pod.host-veth-detached') =>
    wiringFinding(pod, podCodes[code], [node.interfaces, pod.interfaces]);
  const down = (cause: 'down' | 'gone'): Suspect => ({
    breaks: 'both',
    finding: {
      code: 'pod.host-veth-down',
      params: { pod: nameOf(pod), cause, interface: end?.name ?? '' },
      ...basis('pod.host-veth-down'),
    },
  });
  if (!end) return [down('gone')];
  const fault = attachmentFault(pod, end, node, cni);
  const detached: Suspect[] = fault
    ? [
        {
          // What two isolated ports send each other is lost; what goes to the bridge itself is not.
          breaks: fault.cause === 'isolated' ? 'local' : 'both',
          finding: {
            code: 'pod.host-veth-detached',
            params: { pod: nameOf(pod), interface: end.name, bridge: cni.bridge ?? '', ...fault },
            ...basis('pod.host-veth-detached'),
          },
        },
      ]
    : [];
  return end.adminUp ? detached : [down('down'), ...detached];
}

type AttachmentFault = {
  cause: 'no-bridge' | 'other-bridge' | 'port-closed' | 'isolated' | 'no-route';
  actual: string;
};

function attachmentFault(
  { pod }: PodNetwork,
  end: NetworkInterface,
  node: NodeNetwork,
  cni: CniNetwork,
): AttachmentFault | undefined {
  if (cni.attachment === 'bridge') {
    if (end.master === undefined) return { cause: 'no-bridge', actual: '' };
    if (end.master !== cni.bridge) return { cause: 'other-bridge', actual: end.master };
    const { state = 'forwarding', isolated = false } = end.bridgePort ?? {};
    // A port whose cable is down, or whose bridge is, is disabled by that alone.
    const isWhole = end.operState === 'UP' && bridgeOf(cni, node)?.adminUp !== false;
    if (isWhole && (state === 'disabled' || state === 'blocking'))
      return { cause: 'port-closed', actual: state };
    return isolated ? { cause: 'isolated', actual: 'isolated' } : undefined;
  }
  if (cni.attachment !== 'routed' || !end.adminUp || node.routes.status === 'unavailable') return undefined;
  const { podIP } = pod.status;
  const leads = node.routes.value.some(
    ({ destination, device }) => device === end.name && destination.replace(/\/(32|128)$/, '') === podIP,
  );
  return leads ? undefined : { cause: 'no-route', actual: '' };
}
