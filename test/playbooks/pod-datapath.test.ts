// A pod's wiring, one thing wrong at a time, and wirings that are unusual and right.

import { describe, expect, test } from 'vitest';
import { checkPodDatapath } from '../../src/playbooks/branches/pods/pod-datapath.ts';
import { checkPeerEntry } from '../../src/playbooks/branches/pods/pod-entries.ts';
import { checkRouteTo } from '../../src/playbooks/branches/pods/pod-routes.ts';
import type { Suspect } from '../../src/playbooks/branches/suspect.ts';
import type { CniNetwork } from '../../src/playbooks/cni/network.ts';
import { Pod } from '../../src/probes/api-objects.ts';
import type { RouteDecision } from '../../src/probes/routes.ts';
import {
  BRIDGE,
  BRIDGE_MAC,
  bridgeCni,
  ETH0,
  inet,
  LOOPBACK,
  link,
  POD_MAC,
  route,
  seen,
  unseen,
  VETH,
  wiredNode,
  wiredPod,
} from '../support/wired-pod.ts';

const STRANGER = '02:00:00:00:00:99';

/** `code cause breaks`, as far as a suspect has a cause. */
const summary = (suspects: Suspect[]): string[] =>
  suspects.map(({ finding, breaks }) => {
    const cause = 'cause' in finding.params ? ` ${finding.params.cause}` : '';
    return `${finding.code}${cause} breaks ${breaks}`;
  });

const inPod = (changes: Parameters<typeof wiredPod>[0]) =>
  summary(checkPodDatapath(wiredPod(changes), wiredNode(), bridgeCni));
const onNode = (changes: Parameters<typeof wiredNode>[0], cni: CniNetwork = bridgeCni) =>
  summary(checkPodDatapath(wiredPod(), wiredNode(changes), cni));

describe('a sound wiring', () => {
  test('raises no suspicion', () => {
    expect(inPod({})).toEqual([]);
  });

  test('may have unused tunnel devices and an IPv6 address beside', () => {
    const eth0 = { ...ETH0, addresses: [...ETH0.addresses, inet('fd00::7')] };
    const fallback = link({ name: 'tunl0', kind: 'ipip', adminUp: false });

    expect(inPod({ interfaces: seen([LOOPBACK, fallback, eth0]) })).toEqual([]);
  });

  test('may use a link that is no veth pair, whose other end nobody looks for', () => {
    const { peerIndex: _none, ...eth0 } = { ...ETH0, kind: 'macvlan' };

    expect(inPod({ interfaces: seen([LOOPBACK, eth0]) })).toEqual([]);
  });

  test('of a CNI of which nothing is known is not measured by a bridge', () => {
    const unknown: CniNetwork = { ...bridgeCni, attachment: 'unknown', bridge: '' };

    expect(onNode({ interfaces: seen([{ ...VETH, master: 'br-lan' }]) }, unknown)).toEqual([]);
  });

  test('that cannot be seen is not called wrong', () => {
    expect(inPod({ interfaces: unseen, routes: unseen, neighbours: unseen })).toEqual([]);
    expect(onNode({ interfaces: unseen, neighbours: unseen, forwarding: unseen })).toEqual([]);
  });
});

describe('inside the pod', () => {
  test.each([
    ['nothing but lo', [LOOPBACK], ['pod.interface-missing breaks both']],
    [
      'a link that is down',
      [LOOPBACK, { ...ETH0, adminUp: false, addresses: [] }],
      ['pod.interface-down down breaks both'],
    ],
    [
      'a link without ARP',
      [LOOPBACK, { ...ETH0, noArp: true }],
      ['pod.interface-down without-arp breaks both'],
    ],
    [
      'another address',
      [LOOPBACK, { ...ETH0, addresses: [inet('10.244.0.9')] }],
      ['pod.address-missing breaks both'],
    ],
  ])('%s', (_what, interfaces, expected) => {
    expect(inPod({ interfaces: seen(interfaces) })).toEqual(expected);
  });

  test.each([
    ['no default route', [route('10.244.0.0/24')], ['pod.route-missing breaks beyond']],
    [
      'a default route to a dead end',
      [route('default', { device: 'lo' })],
      ['pod.route-wrong device breaks beyond'],
    ],
    [
      'a gateway that is not the bridge',
      [route('default', { gateway: '10.244.0.9' })],
      ['pod.route-wrong gateway breaks beyond'],
    ],
  ])('%s', (_what, routes, expected) => {
    expect(inPod({ routes: seen(routes) })).toEqual(expected);
  });

  test('an entry for the gateway that names another MAC', () => {
    const entry = { address: '10.244.0.1', device: 'eth0', mac: STRANGER, states: ['PERMANENT'] };

    expect(inPod({ neighbours: seen([entry]) })).toEqual(['pod.neighbour-stale breaks beyond']);
    expect(inPod({ neighbours: seen([{ ...entry, mac: BRIDGE_MAC }]) })).toEqual([]);
    expect(inPod({ neighbours: seen([{ ...entry, states: ['FAILED'] }]) })).toEqual([]);
  });
});

describe('on the node', () => {
  test.each([
    ['the end is gone', [BRIDGE], ['pod.host-veth-down gone breaks both']],
    [
      'another pod’s cable has its index',
      [BRIDGE, { ...VETH, peerIndex: 9 }],
      ['pod.host-veth-down gone breaks both'],
    ],
    [
      'the end is down',
      [BRIDGE, { ...VETH, adminUp: false, operState: 'DOWN' }],
      ['pod.host-veth-down down breaks both'],
    ],
    [
      'the end is in another bridge',
      [BRIDGE, { ...VETH, master: 'docker0' }],
      ['pod.host-veth-detached other-bridge breaks both'],
    ],
    [
      'its port is blocked',
      [BRIDGE, { ...VETH, bridgePort: { state: 'blocking', isolated: false, hairpin: true } }],
      ['pod.host-veth-detached port-closed breaks both'],
    ],
    [
      'its port is isolated',
      [BRIDGE, { ...VETH, bridgePort: { state: 'forwarding', isolated: true, hairpin: true } }],
      ['pod.host-veth-detached isolated breaks local'],
    ],
  ])('%s', (_what, interfaces, expected) => {
    expect(onNode({ interfaces: seen(interfaces) })).toEqual(expected);
  });

  test('a port without a cable that works is not called blocked as well', () => {
    const bridgePort = { state: 'disabled', isolated: false, hairpin: true };
    const end = { ...VETH, operState: 'LOWERLAYERDOWN', bridgePort };

    expect(onNode({ interfaces: seen([BRIDGE, end]) })).toEqual([]);
  });

  test('an end that is down and in no bridge is both', () => {
    const { master: _none, bridgePort: _port, ...end } = { ...VETH, adminUp: false };

    expect(onNode({ interfaces: seen([BRIDGE, end]) })).toEqual([
      'pod.host-veth-down down breaks both',
      'pod.host-veth-detached no-bridge breaks both',
    ]);
  });

  test('an entry for the pod that names another MAC', () => {
    const entry = { address: '10.244.0.7', device: 'cni0', mac: STRANGER, states: ['PERMANENT'] };

    expect(onNode({ neighbours: seen([entry]) })).toEqual(['pod.neighbour-stale breaks beyond']);
  });

  test('a bridge that has the pod’s MAC behind another port', () => {
    const entry = { mac: POD_MAC, device: 'veth9', master: 'cni0', permanent: false };

    expect(onNode({ forwarding: seen([entry]) })).toEqual(['pod.neighbour-stale breaks both']);
    expect(onNode({ forwarding: seen([{ ...entry, device: 'veth7' }]) })).toEqual([]);
  });

  test('a CNI that routes has a route for each pod by its cable', () => {
    const routed: CniNetwork = { ...bridgeCni, attachment: 'routed', bridge: '' };
    const own = route('10.244.0.7', { device: 'veth7' });

    expect(onNode({ routes: seen([own]) }, routed)).toEqual([]);
    expect(onNode({ routes: seen([]) }, routed)).toEqual(['pod.host-veth-detached no-route breaks both']);
  });
});

describe('a neighbour on the same bridge', () => {
  test('goes astray by a wrong entry of its own', () => {
    const entry = { address: '10.244.0.7', device: 'eth0', mac: STRANGER, states: ['PERMANENT'] };
    const peer = wiredPod({ neighbours: seen([entry]) });

    const suspects = checkPeerEntry(peer, wiredPod());

    expect(summary(suspects)).toEqual(['pod.neighbour-stale breaks local']);
  });
});

describe('the kernel’s own answer for one address', () => {
  const to = (decision: RouteDecision, address = '10.244.2.4', onNode = false) =>
    summary(checkRouteTo(wiredPod(), wiredNode(), bridgeCni, { address, onNode, decision: seen(decision) }));

  test.each<[string, RouteDecision, string[]]>([
    ['by the bridge', { kind: 'route', device: 'eth0', gateway: '10.244.0.1' }, []],
    ['no route', { kind: 'no-route' }, ['pod.route-missing breaks beyond']],
    [
      'a route that rejects',
      { kind: 'rejected', detail: 'Invalid argument' },
      ['pod.route-wrong rejected breaks beyond'],
    ],
    ['out by another device', { kind: 'route', device: 'lo' }, ['pod.route-wrong device breaks beyond']],
    [
      'as if it were a neighbour',
      { kind: 'route', device: 'eth0' },
      ['pod.route-wrong on-link breaks beyond'],
    ],
  ])('%s', (_what, decision, expected) => {
    expect(to(decision)).toEqual(expected);
  });

  test('a pod of the same node is a neighbour', () => {
    expect(to({ kind: 'route', device: 'eth0' }, '10.244.0.9', true)).toEqual([]);
  });

  test('says nothing of a pod that has no address to send from', () => {
    const bare = wiredPod({
      pod: Pod.parse({ metadata: { name: 'web-7f' }, spec: {} }),
      interfaces: seen([LOOPBACK, { ...ETH0, addresses: [] }]),
    });
    const decision = seen<RouteDecision>({ kind: 'no-route' });

    expect(
      checkRouteTo(bare, wiredNode(), bridgeCni, { address: '10.244.2.4', onNode: false, decision }),
    ).toEqual([]);
  });
});
