// Forwarding, reverse-path filters and counters of a network namespace from captured `ip -j netconf` and `nstat` output.

import { describe, expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { parseCounters, parseSettings } from '../../src/probes/kernel-settings.ts';
import { exited, outputOf } from './output.ts';

const settingsOf = (file: string, name: string) =>
  parseSettings(outputOf(file)).find((each) => each.interface === name);

describe('settings', () => {
  test('of a node that forwards', () => {
    expect(settingsOf('ip-6.1-netconf-node.json', 'all')).toEqual({
      interface: 'all',
      forwarding: true,
      rpFilter: 'off',
    });
    expect(settingsOf('ip-6.1-netconf-node.json', 'flannel.1')).toMatchObject({ forwarding: true });
  });

  test('of a node that does not forward, and filters on one link', () => {
    const file = 'ip-6.1-netconf-node-strict.json';

    expect(settingsOf(file, 'all')).toMatchObject({ forwarding: false, rpFilter: 'loose' });
    expect(settingsOf(file, 'eth0')).toMatchObject({ forwarding: false, rpFilter: 'strict' });
    expect(settingsOf(file, 'cni0')).toMatchObject({ forwarding: false, rpFilter: 'off' });
  });

  test('of a pod have its own links', () => {
    const names = parseSettings(outputOf('ip-6.1-netconf-pod.json')).map((each) => each.interface);

    expect(names).toEqual(['lo', 'eth0', 'all', 'default']);
  });

  test('are those of IPv4, each link once', () => {
    const names = parseSettings(outputOf('ip-6.1-netconf-node.json')).map((each) => each.interface);

    expect(names).toEqual([...new Set(names)]);
  });
});

describe('counters', () => {
  test('have the kernel’s names, protocol first', () => {
    const counters = parseCounters(outputOf('nstat-6.1-node.json'));

    expect(counters.IpInReceives).toBeGreaterThan(0);
    expect(counters).toMatchObject({ TcpExtIPReversePathFilter: 0, IpFragFails: 0 });
    expect(counters).toHaveProperty('UdpNoPorts');
  });
});

test.each([
  ['settings', parseSettings],
  ['counters', parseCounters],
])('%s in another form are unparsable', (_what, parse) => {
  expect(() => parse(exited('nstat: history is stale'))).toThrow(Unparsable);
  expect(() => parse(exited('{"kernel": 5}'))).toThrow(Unparsable);
});
