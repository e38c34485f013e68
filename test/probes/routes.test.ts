// Routes and routing decisions from captured `ip -j route` output of nodes and pods.

import { describe, expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { parseRoutes, parseRouteTo } from '../../src/probes/routes.ts';
import { exited, outputOf, transcriptOf } from './output.ts';

const routesOf = (file: string) => parseRoutes(outputOf(file));
const ofIpv4 = ({ destination }: { destination: string }) => !destination.includes(':');

describe('the routes', () => {
  test('of a node lead to each peer’s pods through the tunnel and to its own through the bridge', () => {
    const routes = routesOf('ip-6.1-routes-node.json').filter(ofIpv4);

    expect(
      routes.map(({ destination, gateway, device, onlink }) => [destination, gateway, device, onlink]),
    ).toEqual([
      ['default', '172.31.0.10', 'eth0', false],
      ['10.244.0.0/24', '10.244.0.0', 'flannel.1', true],
      ['10.244.1.0/24', '10.244.1.0', 'flannel.1', true],
      ['10.244.2.0/24', undefined, 'cni0', false],
      ['172.31.0.0/24', undefined, 'eth0', false],
    ]);
  });

  test('of a pod are a default one, one to all pods, one to its own link', () => {
    const routes = routesOf('ip-6.1-routes-pod.json').filter(ofIpv4);

    expect(routes.map(({ destination, gateway }) => [destination, gateway])).toEqual([
      ['default', '10.244.2.1'],
      ['10.244.0.0/16', '10.244.2.1'],
      ['10.244.2.0/24', undefined],
    ]);
  });

  test('of a pod whose link is down are none', () => {
    expect(routesOf('ip-6.1-routes-pod-down.json').filter(ofIpv4)).toEqual([]);
  });

  test('of a node whose bridge and tunnel are down no longer lead to pods', () => {
    const routes = routesOf('ip-6.1-routes-node-down.json').filter(ofIpv4);

    expect(routes.map(({ destination }) => destination)).toEqual(['default', '172.31.0.0/24']);
  });

  test('that throw packets away say how, and have no device', () => {
    const routes = routesOf('ip-6.1-routes-many-kinds.json');
    const kindOf = (wanted: string) => routes.find(({ destination }) => destination === wanted);

    expect(kindOf('10.99.0.0/24')).toMatchObject({ type: 'blackhole' });
    expect(kindOf('10.99.1.0/24')).toMatchObject({ type: 'unreachable' });
    expect(kindOf('10.99.2.0/24')).toMatchObject({ type: 'prohibit', metric: 50 });
    expect(kindOf('10.99.0.0/24')).not.toHaveProperty('device');
  });

  test('over several paths are an entry a path', () => {
    const paths = routesOf('ip-6.1-routes-many-kinds.json').filter(
      ({ destination }) => destination === '10.99.4.0/24',
    );

    expect(paths.map(({ gateway, device }) => [gateway, device])).toEqual([
      ['172.31.0.12', 'eth0'],
      ['172.31.0.13', 'eth0'],
    ]);
  });

  test('through a gateway of the other family name it', () => {
    const route = routesOf('ip-6.1-routes-many-kinds.json').find(
      ({ destination }) => destination === '10.99.5.0/24',
    );

    expect(route).toMatchObject({ gateway: 'fe80::1', device: 'eth0' });
  });

  test('of other tables say which, and their MTU', () => {
    const others = routesOf('ip-6.1-routes-many-kinds.json').filter(({ table }) => table !== 'main');

    expect(others.map(({ table, type, destination, mtu }) => [table, type, destination, mtu])).toEqual([
      ['100', 'throw', '10.99.3.0/24', undefined],
      ['100', 'unicast', '10.99.6.0/24', 1400],
    ]);
  });

  test('of IPv6 do not pass for the default one of IPv4', () => {
    const defaults = routesOf('ip-6.1-routes-ipv6-default.json').filter(({ gateway }) => gateway);

    expect(defaults.map(({ destination, gateway }) => [destination, gateway])).toEqual([
      ['default', '172.31.0.10'],
      ['::/0', 'fe80::1'],
    ]);
  });

  test('whose link is down are in use, those that are dead are not', () => {
    // As iproute2 prints them (print_rt_flags); the lab's kernel sets neither.
    const text =
      '[{"dst":"10.1.0.0/24","dev":"cni0","flags":["linkdown"]},{"dst":"10.2.0.0/24","dev":"eth9","flags":["dead","linkdown"]}]';

    expect(parseRoutes(exited(text)).map(({ dead }) => dead)).toEqual([false, true]);
  });

  test('are none where iproute2 prints nothing', () => {
    expect(parseRoutes(exited(''))).toEqual([]);
  });

  test('in another form are unparsable', () => {
    expect(() => parseRoutes(exited('[{"destination":"10.1.0.0/24"}]'))).toThrow(Unparsable);
    expect(() => parseRoutes(exited('', { code: 1, stderr: 'Cannot open netlink socket' }))).toThrow(
      'Cannot open netlink socket',
    );
  });
});

describe('the way to an address', () => {
  test.each([
    [
      'a pod on another node',
      'ip-6.1-route-get-peer.json',
      { device: 'flannel.1', gateway: '10.244.1.0', source: '10.244.2.0' },
    ],
    ['a pod on this node', 'ip-6.1-route-get-local.json', { device: 'cni0', source: '10.244.2.1' }],
    ['itself', 'ip-6.1-route-get-own.json', { device: 'lo', source: '172.31.0.11' }],
    [
      'a place with a narrower route',
      'ip-6.1-route-get-mtu.json',
      { device: 'flannel.1', gateway: '10.244.1.0', source: '10.244.2.0', mtu: 1300 },
    ],
    [
      'a place whose path was found to be narrower',
      'ip-6.1-route-get-narrow.json',
      { device: 'eth0', gateway: '10.244.2.1', source: '10.244.2.2', mtu: 1300 },
    ],
    [
      'a place behind one of several paths',
      'ip-6.1-route-get-multipath.json',
      { device: 'eth0', gateway: '172.31.0.13', source: '172.31.0.11' },
    ],
    [
      'a place behind a gateway of the other family',
      'ip-6.1-route-get-via-inet6.json',
      { device: 'eth0', gateway: 'fe80::1', source: '172.31.0.11' },
    ],
  ])('for %s', (_what, file, decision) => {
    expect(parseRouteTo(outputOf(file))).toEqual({ kind: 'route', ...decision });
  });

  test.each(['ip-6.1-route-get-no-route.txt', 'ip-6.1-route-get-ipv6-no-route.txt'])(
    'is none where no route matches (%s)',
    (file) => {
      expect(parseRouteTo(transcriptOf(file))).toEqual({ kind: 'no-route' });
    },
  );

  test.each([
    ['blackhole', 'Invalid argument'],
    ['unreachable', 'No route to host'],
    ['prohibit', 'Permission denied'],
  ])('is refused where a %s route matches', (kind, detail) => {
    expect(parseRouteTo(transcriptOf(`ip-6.1-route-get-${kind}.txt`))).toEqual({ kind: 'rejected', detail });
  });

  test('is unparsable where ip fails for another reason', () => {
    const failed = exited('', { code: 1, stderr: 'Error: inet prefix is expected rather than "web".' });

    expect(() => parseRouteTo(failed)).toThrow(Unparsable);
  });
});
