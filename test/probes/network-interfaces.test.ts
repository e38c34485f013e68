// Network interfaces from captured `ip -j -d -s addr show` output of nodes and pods, whole and broken.

import { expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { type NetworkInterface, parseInterfaces } from '../../src/probes/network-interfaces.ts';
import { exited, outputOf } from './output.ts';

const interfacesOf = (file: string) => {
  const all = parseInterfaces(outputOf(file));
  return (name: string): NetworkInterface | undefined => all.find((each) => each.name === name);
};

test('a node’s tunnel device has its kind, settings, size and address', () => {
  const node = interfacesOf('ip-6.1-interfaces-node.json');

  expect(node('flannel.1')).toMatchObject({
    kind: 'vxlan',
    adminUp: true,
    operState: 'UNKNOWN',
    mtu: 1450,
    mac: '4a:d9:3a:29:70:57',
    vxlan: { vni: 1, port: 8472, local: '172.31.0.11', device: 'eth0' },
  });
  expect(node('flannel.1')?.addresses[0]).toEqual({
    family: 'inet',
    address: '10.244.2.0',
    prefixLength: 32,
    scope: 'global',
  });
});

test('a bridge and its port know each other', () => {
  const all = parseInterfaces(outputOf('ip-6.1-interfaces-node.json'));

  const ports = all.filter(({ master }) => master === 'cni0');

  expect(all.find(({ name }) => name === 'cni0')).toMatchObject({ kind: 'bridge', operState: 'UP' });
  expect(ports.map(({ kind, peerIndex }) => ({ kind, peerIndex }))).toEqual([{ kind: 'veth', peerIndex: 2 }]);
});

test('a port of a bridge has its settings there, and what is none has not', () => {
  const node = interfacesOf('ip-6.1-interfaces-node.json');
  const [port] = parseInterfaces(outputOf('ip-6.1-interfaces-node.json')).filter(
    ({ master }) => master === 'cni0',
  );

  expect(port?.bridgePort).toEqual({ state: 'forwarding', isolated: false, hairpin: true });
  expect(node('cni0')?.bridgePort).toBeUndefined();
});

test('both ends of a veth pair name each other across network namespaces', () => {
  const pod = interfacesOf('ip-6.1-interfaces-pod.json');
  const node = parseInterfaces(outputOf('ip-6.1-interfaces-node.json'));

  const other = node.find(({ index }) => index === pod('eth0')?.peerIndex);

  expect(other?.peerIndex).toBe(pod('eth0')?.index);
});

test('both ends of a veth pair in one network namespace name each other too', () => {
  const pod = interfacesOf('ip-6.1-interfaces-pod-down.json');

  expect(pod('v0')?.peerIndex).toBe(pod('v1')?.index);
  expect(pod('v1')?.peerIndex).toBe(pod('v0')?.index);
});

test('a link that was set down is told from one whose other end is', () => {
  const pod = interfacesOf('ip-6.1-interfaces-pod-down.json');

  expect(pod('eth0')).toMatchObject({ adminUp: false, operState: 'DOWN' });
  expect(pod('v0')).toMatchObject({ adminUp: true, operState: 'LOWERLAYERDOWN' });
  expect(pod('v1')).toMatchObject({ adminUp: false, operState: 'DOWN' });
});

test('bridge and tunnel that were set down, and a port that left its bridge', () => {
  const all = parseInterfaces(outputOf('ip-6.1-interfaces-node-down.json'));
  const named = (name: string) => all.find((each) => each.name === name);

  expect(named('cni0')).toMatchObject({ adminUp: false, operState: 'DOWN' });
  expect(named('flannel.1')).toMatchObject({ adminUp: false, operState: 'DOWN', kind: 'vxlan' });
  expect(all.filter(({ master }) => master !== undefined)).toEqual([]);
});

test('packets, errors and drops are counted each way', () => {
  const { received, sent } = interfacesOf('ip-6.1-interfaces-pod-down.json')('eth0') as NetworkInterface;

  expect({ received, sent }).toEqual({
    received: { packets: 72, errors: 0, dropped: 0 },
    sent: { packets: 75, errors: 0, dropped: 0 },
  });
});

test('a link that vanished while it was listed is left out', () => {
  const text = '[{},{"ifindex":1,"ifname":"lo","flags":["UP"],"mtu":65536,"address":"00:00:00:00:00:00"}]';

  expect(parseInterfaces(exited(text)).map(({ name }) => name)).toEqual(['lo']);
});

test.each([
  ['no JSON', 'Object "addr" is unknown'],
  ['no list', '{"ifname":"lo"}'],
  ['a list of something else', '[{"name":"lo"}]'],
])('%s is unparsable', (_what, text) => {
  expect(() => parseInterfaces(exited(text))).toThrow(Unparsable);
});
