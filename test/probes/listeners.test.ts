// Listening sockets from captured `ss -Htuln` output, and which of them a packet for an address finds.

import { expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { accepts, type Listener, parseListeners } from '../../src/probes/listeners.ts';
import { exited, transcriptOf } from './output.ts';

const POD = '10.244.1.3';
const at = (address: string): Listener => ({ protocol: 'tcp', address, port: 80, waiting: 0 });

test('sockets of a node have protocol, address and port', () => {
  const listeners = parseListeners(transcriptOf('ss-6.1-listeners-node.txt'));

  expect(listeners).toContainEqual({ protocol: 'udp', address: '0.0.0.0', port: 8472, waiting: 0 });
  expect(listeners).toContainEqual({
    ...{ protocol: 'tcp', address: '172.31.0.11', port: 10250, waiting: 0 },
  });
  expect(listeners).toContainEqual({
    ...{ protocol: 'tcp', address: '127.0.0.1', port: 10248, waiting: 0 },
  });
});

test('addresses come without brackets and zones, in every form that ss prints', () => {
  const listeners = parseListeners(transcriptOf('ss-6.1-listeners-many-addresses.txt'));

  expect(listeners.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`)).toEqual([
    'udp 127.0.0.1 53',
    'tcp 127.0.0.1 8081',
    'tcp 0.0.0.0 8082',
    'tcp 0.0.0.0 8086',
    'tcp ::ffff:127.0.0.1 8087',
    'tcp :: 8083',
    'tcp * 8084',
    'tcp ::1 8085',
  ]);
});

test('what a program that hangs has not taken is counted', () => {
  const listeners = parseListeners(transcriptOf('ss-6.1-listeners-coredns-hung.txt'));

  expect(
    listeners.filter(({ port }) => port === 53).map(({ protocol, waiting }) => [protocol, waiting]),
  ).toEqual([
    ['udp', 38976],
    ['tcp', 35],
  ]);
});

test('no socket is an empty list', () => {
  expect(parseListeners(transcriptOf('ss-6.1-listeners-none.txt'))).toEqual([]);
});

test('a web server of a pod is found at the pod’s address', () => {
  const [web] = parseListeners(transcriptOf('ss-6.1-listeners-pod.txt'));

  expect(web).toEqual({ protocol: 'tcp', address: '*', port: 8080, waiting: 0 });
  expect(accepts(web as Listener, POD)).toBe(true);
});

test.each(['*', '0.0.0.0', POD, `::ffff:${POD}`])('%s takes a packet for an IPv4 address', (address) => {
  expect(accepts(at(address), POD)).toBe(true);
});

test.each(['*', '::', 'fd00::3'])('%s takes a packet for an IPv6 address', (address) => {
  expect(accepts(at(address), 'fd00::3')).toBe(true);
});

test.each([
  ['a socket of the loopback', '127.0.0.1', POD],
  ['a socket of another address', '10.244.1.4', POD],
  ['a socket for IPv6 only', '::', POD],
  ['a socket for IPv4 only', '0.0.0.0', 'fd00::3'],
])('%s does not take it', (_what, address, to) => {
  expect(accepts(at(address), to)).toBe(false);
});

test('a failure of ss is unparsable', () => {
  expect(() => parseListeners(exited('', { code: 255, stderr: 'Cannot open netlink socket' }))).toThrow(
    Unparsable,
  );
});
