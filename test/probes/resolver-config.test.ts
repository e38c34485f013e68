// resolv.conf as resolv.conf(5) has it, the order in which a resolver tries names, and the kubelet's settings.

import { describe, expect, test } from 'vitest';
import {
  lookupOrder,
  parseResolvConf,
  readKubeletSettings,
  readPodResolvConf,
} from '../../src/probes/resolver-config.ts';

describe('resolv.conf', () => {
  test('as the kubelet writes it', () => {
    const text =
      'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';

    expect(parseResolvConf(text)).toEqual({
      nameservers: ['10.96.0.10'],
      search: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      ndots: 5,
      options: ['ndots:5'],
    });
  });

  test.each([
    ['an empty file', '', { nameservers: [], search: [], ndots: 1, options: [] }],
    [
      'comments of both kinds',
      '# by hand\n; old\nnameserver 10.0.0.2 # main\n',
      { nameservers: ['10.0.0.2'] },
    ],
    ['tabs and leading spaces', '  nameserver\t10.0.0.2\n', { nameservers: ['10.0.0.2'] }],
    [
      'several nameservers in order',
      'nameserver 10.0.0.2\nnameserver fd00::a\n',
      { nameservers: ['10.0.0.2', 'fd00::a'] },
    ],
    ['the last of several search lines', 'search a.example\nsearch b.example\n', { search: ['b.example'] }],
    ['domain as a search list of one', 'domain corp.example\n', { search: ['corp.example'] }],
    [
      'Windows line ends',
      'nameserver 10.0.0.2\r\nsearch a.example\r\n',
      { nameservers: ['10.0.0.2'], search: ['a.example'] },
    ],
    ['several options', 'options timeout:2 attempts:3 ndots:2 single-request-reopen\n', { ndots: 2 }],
    ['the last ndots', 'options ndots:5\noptions ndots:2\n', { ndots: 2 }],
    ['no line end at the end', 'nameserver 10.0.0.2', { nameservers: ['10.0.0.2'] }],
    ['ndots that is no number', 'options ndots:many\n', { ndots: 1 }],
  ])('with %s', (_what, text, expected) => {
    expect(parseResolvConf(text)).toMatchObject(expected);
  });
});

describe('the order of look-ups', () => {
  const conf = {
    nameservers: [],
    search: ['shop.svc.cluster.local', 'svc.cluster.local'],
    ndots: 5,
    options: [],
  };

  test.each([
    [
      'a name with few dots starts with the search list',
      'web',
      ['web.shop.svc.cluster.local.', 'web.svc.cluster.local.', 'web.'],
    ],
    ['a name with its final dot is asked as it is', 'web.', ['web.']],
    [
      'a name with as many dots as ndots is asked as it is first',
      'a.b.c.d.e.f',
      ['a.b.c.d.e.f.', 'a.b.c.d.e.f.shop.svc.cluster.local.', 'a.b.c.d.e.f.svc.cluster.local.'],
    ],
  ])('%s', (_what, name, names) => {
    expect(lookupOrder(name, conf)).toEqual(names);
  });

  test('takes a search list that holds the root for the name itself', () => {
    expect(lookupOrder('web', { ...conf, search: ['.'] })).toEqual(['web.', 'web.']);
  });
});

describe('what an agent brings', () => {
  const pod = { namespace: 'shop', name: 'web' };

  test('is read as a file when it is one', () => {
    const probe = readPodResolvConf('n1', pod, 'uid');

    expect(probe.parse({ kind: 'text', text: 'nameserver 10.0.0.2\n', truncated: false })).toMatchObject({
      nameservers: ['10.0.0.2'],
    });
    expect(() => probe.parse({ kind: 'not-found' })).toThrow('expected a file');
  });

  test('of a kubelet is taken whole or not at all', () => {
    const settings = {
      clusterDns: ['10.96.0.10'],
      clusterDomain: 'cluster.local',
      resolvConfPath: '/etc/resolv.conf',
      resolvConf: '',
      maxPods: 110,
    };
    const { parse } = readKubeletSettings('n1');

    expect(parse({ kind: 'object', object: settings })).toEqual(settings);
    expect(() => parse({ kind: 'object', object: { ...settings, clusterDns: '10.96.0.10' } })).toThrow();
    expect(() => parse({ kind: 'text', text: '{}', truncated: false })).toThrow();
  });
});
