// A pod and its node as a bridge CNI wires them, in a few literals, for tests of what is wrong with a wiring: change one
// thing and ask.

import type { Evidence } from '../../src/diagnosis/evidence.ts';
import type { NodeNetwork } from '../../src/playbooks/branches/nodes/node-network.ts';
import type { PodNetwork } from '../../src/playbooks/branches/pods/pod-network.ts';
import type { CniNetwork } from '../../src/playbooks/cni/network.ts';
import { Pod } from '../../src/probes/api-objects.ts';
import type { NetworkInterface } from '../../src/probes/network-interfaces.ts';
import type { Route } from '../../src/probes/routes.ts';

const provenance = {
  probe: 'wired-pod',
  label: { topic: 'network.interfaces', params: {} },
  vantage: { kind: 'node', node: 'n1' },
  at: '2026-11-23T20:00:00.000Z',
  ms: 1,
  excerpt: '',
} as const;

export const seen = <T>(value: T): Evidence<T> => ({ ...provenance, status: 'observed', value });
export const unseen: Evidence<never> = {
  ...provenance,
  status: 'unavailable',
  reason: 'no-vantage',
  detail: 'no agent there',
};

export const POD_MAC = 'ce:d1:a6:3b:f3:07';
export const BRIDGE_MAC = 'e6:7b:16:38:e1:4c';

export const link = (changes: Partial<NetworkInterface> & { name: string }): NetworkInterface => ({
  ...{ index: 1, adminUp: true, noArp: false, operState: 'UP', mtu: 1450, mac: '', kind: '', addresses: [] },
  received: { packets: 0, errors: 0, dropped: 0 },
  sent: { packets: 0, errors: 0, dropped: 0 },
  ...changes,
});

export const inet = (address: string, prefixLength = 24) =>
  ({ family: address.includes(':') ? 'inet6' : 'inet', address, prefixLength, scope: 'global' }) as const;

export const route = (destination: string, changes: Partial<Route> = {}): Route => ({
  ...{
    type: 'unicast',
    destination,
    table: 'main',
    protocol: 'static',
    onlink: false,
    metric: 0,
    dead: false,
  },
  device: 'eth0',
  ...changes,
});

export const LOOPBACK = link({ name: 'lo', kind: '' });
export const ETH0 = link({
  ...{ name: 'eth0', index: 2, peerIndex: 7, kind: 'veth', mac: POD_MAC },
  addresses: [inet('10.244.0.7')],
});
export const VETH = link({
  ...{ name: 'veth7', index: 7, peerIndex: 2, kind: 'veth', mac: '0a:00:00:00:00:07', master: 'cni0' },
  bridgePort: { state: 'forwarding', isolated: false, hairpin: true },
});
export const BRIDGE = link({
  ...{ name: 'cni0', index: 4, kind: 'bridge', mac: BRIDGE_MAC },
  addresses: [inet('10.244.0.1')],
});

const pod = Pod.parse({
  metadata: { name: 'web-7f', namespace: 'shop', uid: 'u7' },
  spec: { nodeName: 'n1' },
  status: { phase: 'Running', podIP: '10.244.0.7' },
});

export const wiredPod = (changes: Partial<PodNetwork> = {}): PodNetwork => ({
  pod,
  vantage: { kind: 'pod', node: 'n1', pod: { namespace: 'shop', name: 'web-7f' }, podUid: 'u7' },
  interfaces: seen([LOOPBACK, ETH0]),
  routes: seen([route('default', { gateway: '10.244.0.1' }), route('10.244.0.0/24')]),
  neighbours: seen([]),
  listeners: seen([]),
  ...changes,
});

export const wiredNode = (changes: Partial<NodeNetwork> = {}): NodeNetwork => ({
  ...{ name: 'n1', object: undefined, addresses: ['172.31.0.11'], podCidrs: ['10.244.0.0/24'] },
  interfaces: seen([LOOPBACK, BRIDGE, VETH]),
  routes: seen([route('10.244.0.0/24', { device: 'cni0', protocol: 'kernel' })]),
  neighbours: seen([]),
  forwarding: seen([]),
  settings: seen([]),
  ...changes,
});

export const bridgeCni: CniNetwork = {
  ...{ cni: 'flannel', attachment: 'bridge', bridge: 'cni0', encapsulation: { kind: 'none' } },
  enforcesPolicies: false,
  agent: {
    namespace: 'kube-flannel',
    daemonSet: 'kube-flannel-ds',
    labelSelector: 'app=flannel',
    container: 'x',
  },
  ...{ podNetworks: ['10.244.0.0/16'], evidence: [] },
  podMtu: () => undefined,
  podNetworkAddresses: () => ['10.244.0.1'],
  peerEntries: () => undefined,
};
