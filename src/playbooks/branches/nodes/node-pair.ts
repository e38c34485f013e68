// Does a node hold what it needs to reach pods on a peer: route, neighbour, forwarding entry, the peer's real tunnel MAC and
// address? One direction; ask for both. Pure. What its CNI would program is the profile's to say.

import type { CniNetwork, PeerEntries } from '../../cni/network.ts';
import type { Suspect } from '../suspect.ts';
import { type AgentRef, nodeCodes } from './node-codes.ts';
import { agentOf, nodeFinding, observedOr } from './node-finding.ts';
import type { NodeNetwork } from './node-network.ts';
import { routesOver, type WordedRoute } from './pod-range-routes.ts';

export function checkNodePair(from: NodeNetwork, to: NodeNetwork, cni: CniNetwork): Suspect[] {
  const entries = from.object && to.object && cni.peerEntries(from.object, to.object);
  if (!entries) return [];
  const agent = agentOf(cni.agent);
  return [
    ...checkRoute(from, to, entries, agent),
    ...checkNeighbour(from, to, entries, agent),
    ...checkForwardingEntry(from, to, entries, agent),
    ...checkRegisteredMac(to, entries, agent),
    ...checkRegisteredAddress(to, entries, agent),
  ];
}

function checkRoute(from: NodeNetwork, to: NodeNetwork, { route }: PeerEntries, agent: AgentRef): Suspect[] {
  const over = routesOver(observedOr(from.routes, []), route.destination);
  if (from.routes.status === 'unavailable' || !over) return [];
  const { whole, parts } = over;
  const evidence = [from.routes];
  const device = route.device === undefined ? '' : ` dev ${route.device}`;
  const expected = `${route.destination} via ${route.gateway}${device}`;
  const basis = { agent, range: route.destination, peers: [to.name], expected };
  const isRight = (each: WordedRoute): boolean =>
    each.type === 'unicast' &&
    each.gateway === route.gateway &&
    (route.device === undefined || each.device === route.device);
  const wrong = (each: WordedRoute, cause: 'rejects' | 'device' | 'gateway' | 'shadowed'): Suspect => ({
    breaks: 'beyond',
    finding: {
      code: 'node.route-wrong',
      params: { ...basis, cause, actual: each.text },
      ...nodeFinding(from.name, nodeCodes['node.route-wrong'], evidence),
    },
  });
  const shadowing = parts.filter((each) => !isRight(each)).map((each) => wrong(each, 'shadowed'));
  if (whole && isRight(whole)) return shadowing;
  if (whole && whole.type !== 'unicast' && whole.destination !== 'default') return [wrong(whole, 'rejects')];
  if (whole?.destination === route.destination)
    return [wrong(whole, whole.device === route.device || route.device === undefined ? 'gateway' : 'device')];
  return [
    {
      breaks: 'beyond',
      finding: {
        code: 'node.route-missing',
        params: basis,
        ...nodeFinding(from.name, nodeCodes['node.route-missing'], evidence),
      },
    },
    ...shadowing,
  ];
}

function checkNeighbour(
  from: NodeNetwork,
  to: NodeNetwork,
  { neighbour }: PeerEntries,
  agent: AgentRef,
): Suspect[] {
  if (!neighbour || from.neighbours.status === 'unavailable') return [];
  const { address, mac, device } = neighbour;
  const known = from.neighbours.value.find((each) => each.address === address && each.device === device);
  if (known?.mac === mac) return [];
  const params = { agent, peers: [to.name], device, address, mac };
  const evidence = [from.neighbours];
  return [
    known?.mac === undefined
      ? {
          breaks: 'beyond',
          finding: {
            code: 'node.neighbour-missing',
            params,
            ...nodeFinding(from.name, nodeCodes['node.neighbour-missing'], evidence),
          },
        }
      : {
          breaks: 'beyond',
          finding: {
            code: 'node.neighbour-wrong',
            params: { ...params, actual: known.mac, leadsTo: 'tunnel' },
            ...nodeFinding(from.name, nodeCodes['node.neighbour-wrong'], evidence),
          },
        },
  ];
}

function checkForwardingEntry(
  from: NodeNetwork,
  to: NodeNetwork,
  { forwarding }: PeerEntries,
  agent: AgentRef,
): Suspect[] {
  if (!forwarding || from.forwarding.status === 'unavailable') return [];
  const { mac, destination, device } = forwarding;
  const known = from.forwarding.value.filter(
    (each) => each.mac === mac && each.device === device && each.destination !== undefined,
  );
  if (known.some((each) => each.destination === destination)) return [];
  const params = { agent, peers: [to.name], device, mac, destination };
  const evidence = [from.forwarding];
  const [first] = known;
  return [
    first
      ? {
          breaks: 'beyond',
          finding: {
            code: 'node.fdb-wrong',
            params: { ...params, actual: first.destination ?? '' },
            ...nodeFinding(from.name, nodeCodes['node.fdb-wrong'], evidence),
          },
        }
      : {
          breaks: 'beyond',
          finding: {
            code: 'node.fdb-missing',
            params,
            ...nodeFinding(from.name, nodeCodes['node.fdb-missing'], evidence),
          },
        },
  ];
}

/** Peers send to the MAC that the node registered; its device has to have it. */
function checkRegisteredMac(to: NodeNetwork, { neighbour }: PeerEntries, agent: AgentRef): Suspect[] {
  const device = observedOr(to.interfaces, []).find(({ name }) => name === neighbour?.device);
  if (!neighbour || !device || device.mac === neighbour.mac) return [];
  return [
    {
      breaks: 'beyond',
      finding: {
        code: 'node.tunnel-mismatch',
        params: { agent, device: device.name, setting: 'mac', actual: device.mac, expected: neighbour.mac },
        // The kernel forgets its neighbours there when a device gets another MAC (net/ipv4/arp.c, NETDEV_CHANGEADDR).
        ...nodeFinding(
          to.name,
          nodeCodes['node.tunnel-mismatch'],
          [to.interfaces],
          ['node.neighbour-missing'],
        ),
      },
    },
  ];
}

/** The address that the CNI registered for the node has to be one of its own, whichever interface has it. */
function checkRegisteredAddress(
  to: NodeNetwork,
  { forwarding, route }: PeerEntries,
  agent: AgentRef,
): Suspect[] {
  const registered = forwarding?.destination ?? route.gateway;
  if (to.interfaces.status === 'unavailable' || to.addresses.includes(registered)) return [];
  const own = to.interfaces.value.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  if (own.includes(registered)) return [];
  return [
    {
      breaks: 'beyond',
      finding: {
        code: 'node.address-wrong',
        params: { agent, registered, own: to.addresses },
        ...nodeFinding(
          to.name,
          nodeCodes['node.address-wrong'],
          [to.interfaces],
          ['node.underlay-unreachable'],
        ),
      },
    },
  ];
}
