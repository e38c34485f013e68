// What a TCP connection and a ping came to, from captured output of OpenBSD netcat and of iputils ping, each with what
// was planted in its way.

import { describe, expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { connectTcp, parseNetcat, parsePing, pingAddress } from '../../src/probes/reachability.ts';
import { exited, transcriptOf } from './output.ts';

const vantage = { kind: 'node', node: 'n1' } as const;

describe('a TCP connection', () => {
  test.each([
    ['to a server', 'connected', { kind: 'connected' }],
    ['to a port without a server', 'refused', { kind: 'refused' }],
    ['that a rule resets', 'rejected-tcp-reset', { kind: 'refused' }],
    ['that a rule answers with port unreachable', 'rejected-port-unreachable', { kind: 'refused' }],
    ['whose packets a rule drops on the way', 'timeout', { kind: 'timeout' }],
    ['whose packets a rule drops at the sender', 'dropped-at-sender', { kind: 'timeout' }],
    ['over a loopback that is down', 'lo-down', { kind: 'timeout' }],
    ['without a route', 'no-route', { kind: 'unreachable', detail: 'Network is unreachable' }],
    ['over IPv6 without a route', 'ipv6-no-route', { kind: 'unreachable', detail: 'Network is unreachable' }],
    ['with a link that is down', 'link-down', { kind: 'unreachable', detail: 'Network is unreachable' }],
    ['to an address that nobody has', 'no-neighbour', { kind: 'unreachable', detail: 'No route to host' }],
    ['into a blackhole route', 'blackhole-route', { kind: 'unreachable', detail: 'Invalid argument' }],
    ['into an unreachable route', 'unreachable-route', { kind: 'unreachable', detail: 'No route to host' }],
    ['into a prohibit route', 'prohibit-route', { kind: 'unreachable', detail: 'Permission denied' }],
    [
      'that a rule answers with host unreachable',
      'rejected-host-unreachable',
      { kind: 'unreachable', detail: 'No route to host' },
    ],
    [
      'that a rule answers with admin prohibited',
      'rejected-admin-prohibited',
      { kind: 'unreachable', detail: 'No route to host' },
    ],
    [
      'that a rule answers with network unreachable',
      'rejected-net-unreachable',
      { kind: 'unreachable', detail: 'Network is unreachable' },
    ],
  ])('%s', (_what, file, reach) => {
    expect(parseNetcat(transcriptOf(`nc-1.219-${file}.txt`))).toEqual(reach);
  });

  test('that the agent had to stop is a time-out', () => {
    expect(parseNetcat(exited('', { code: null, timedOut: true }))).toEqual({ kind: 'timeout' });
  });

  test('of which nc says something else is unparsable', () => {
    const failed = exited('', {
      code: 1,
      stderr: 'nc: getaddrinfo for host "web" port 80: Name or service not known',
    });

    expect(() => parseNetcat(failed)).toThrow(Unparsable);
  });

  test('may last longer on the node than nc waits, so that nc has the last word', () => {
    const { question } = connectTcp({ vantage, address: '10.1.0.5', port: 80 });

    expect(question.timeoutMs).toBeGreaterThan(2000);
  });
});

describe('a ping', () => {
  const pinged = (file: string) => parsePing(transcriptOf(`ping-20221126-${file}.txt`));

  test('that is answered has its mean time', () => {
    expect(pinged('healthy')).toEqual({ sent: 3, received: 3, averageMs: 0.237, errors: [] });
    expect(pinged('ipv6')).toEqual({ sent: 3, received: 3, averageMs: 0.076, errors: [] });
  });

  test('of which a share is lost', () => {
    expect(pinged('partly-lost')).toEqual({ sent: 9, received: 6, averageMs: 0.23, errors: [] });
  });

  test.each([
    ['dropped on the way', 'lost'],
    ['dropped at the sender', 'dropped-at-sender'],
    ['sent over a loopback that is down', 'lo-down'],
    ['sent in circles, with redirects', 'redirect'],
  ])('that is %s is lost without a word', (_what, file) => {
    expect(pinged(file)).toEqual({ sent: 3, received: 0, errors: [] });
  });

  test.each([
    ['that no neighbour takes', 'host-unreachable', 'Destination Host Unreachable'],
    ['that no neighbour of the node takes', 'host-unreachable-from-pod', 'Destination Host Unreachable'],
    ['rejected with host unreachable', 'rejected-host-unreachable', 'Destination Host Unreachable'],
    ['rejected with network unreachable', 'rejected-net-unreachable', 'Destination Net Unreachable'],
    ['rejected with port unreachable', 'rejected-port-unreachable', 'Destination Port Unreachable'],
    ['rejected with admin prohibited', 'rejected-admin-prohibited', 'Packet filtered'],
  ])('%s says so once', (_what, file, error) => {
    expect(pinged(file)).toEqual({ sent: 3, received: 0, errors: [error] });
  });

  test.each([
    ['no route', 'no-route', 'connect: Network is unreachable'],
    ['no route of IPv6', 'ipv6-no-route', 'connect: Network is unreachable'],
    ['a link that is down', 'link-down', 'connect: Network is unreachable'],
    ['a blackhole route', 'blackhole-route', 'connect: Invalid argument'],
    ['an unreachable route', 'unreachable-route', 'connect: No route to host'],
    ['a prohibit route', 'prohibit-route', 'Permission denied'],
  ])('with %s is never sent', (_what, file, error) => {
    expect(pinged(file)).toEqual({ sent: 0, received: 0, errors: [error] });
  });

  test('too large for the sender’s own link names that link’s MTU', () => {
    expect(pinged('too-long-for-device')).toMatchObject({ received: 0, mtu: 1450 });
  });

  test('too large for a link on the way names its MTU, first the router, then the sender that remembers', () => {
    expect(pinged('frag-needed')).toEqual({
      sent: 3,
      received: 0,
      mtu: 1300,
      mtuFrom: '10.244.2.1',
      errors: ['Frag needed and DF set (mtu = 1300)', 'local error: message too long, mtu=1300'],
    });
    expect(pinged('frag-needed-known')).toMatchObject({ received: 0, mtu: 1300 });
    expect(pinged('frag-needed-known')).not.toHaveProperty('mtuFrom');
  });

  test('of which ping prints no count is unparsable', () => {
    expect(() => parsePing(exited(''))).toThrow(Unparsable);
  });

  test('of a given size counts the headers in, of either family', () => {
    const sizeOf = (address: string) => {
      const { question } = pingAddress({ vantage, address, packetBytes: 1450 });
      if (question.via !== 'node' || question.command.kind !== 'run') return undefined;
      const { argv } = question.command;
      return argv[argv.indexOf('-s') + 1];
    };

    expect(sizeOf('10.1.0.5')).toBe('1422');
    expect(sizeOf('fd00::5')).toBe('1402');
  });
});
