// The pod does not ask the cluster's DNS, or asks it too often.

import { block, DNS_ADDRESS, pick, UPSTREAM, type World } from '../../support/world.ts';
import { type Case, name, pod } from './case.ts';

const wrong = (cause: string, actual: string[], expected: string[] = [DNS_ADDRESS]) => ({
  code: 'dns.resolv-conf-wrong' as const,
  subject: 'pod shop/web-3',
  node: 'n3',
  params: { cause, actual, expected },
});

const setFile = (world: World, text: string): void => {
  world.resolvConf['shop/web-3'] = text;
};

const SEARCH = 'search shop.svc.cluster.local svc.cluster.local cluster.local';
const DEAD = '10.66.66.66';

export const resolverCases: Case[] = [
  {
    title: 'dnsPolicy Default makes a pod ask the node’s resolver',
    spoil: (world) => {
      pick(world.pods, 'web-3').spec.dnsPolicy = 'Default';
      setFile(world, `nameserver ${UPSTREAM}\n`);
    },
    target: pod('web-3'),
    outcome: 'root-cause',
    findings: [wrong('policy-default', [UPSTREAM])],
  },
  {
    title: 'dnsPolicy None with a dead nameserver is named as such',
    spoil: (world) => {
      const { spec } = pick(world.pods, 'web-3');
      spec.dnsPolicy = 'None';
      spec.dnsConfig = { nameservers: [DEAD], searches: [], options: [] };
      setFile(world, `nameserver ${DEAD}\n`);
      world.resolvers[DEAD] = {};
      block(world, { to: DEAD });
    },
    target: pod('web-3'),
    outcome: 'root-cause',
    findings: [wrong('policy-none', [DEAD])],
  },
  {
    title: 'a hostNetwork pod with dnsPolicy ClusterFirst asks the node’s resolver',
    spoil: (world) => {
      const { spec } = pick(world.pods, 'web-3');
      spec.hostNetwork = true;
      setFile(world, `nameserver ${UPSTREAM}\n`);
    },
    target: pod('web-3'),
    outcome: 'root-cause',
    findings: [wrong('host-network', [UPSTREAM])],
  },
  {
    title: 'a dnsConfig that puts another nameserver first is named',
    spoil: (world) => {
      pick(world.pods, 'web-3').spec.dnsConfig = { nameservers: [UPSTREAM], searches: [], options: [] };
      setFile(world, `${SEARCH}\nnameserver ${UPSTREAM}\nnameserver ${DNS_ADDRESS}\noptions ndots:5\n`);
    },
    target: pod('web-3'),
    outcome: 'root-cause',
    findings: [wrong('dns-config', [UPSTREAM, DNS_ADDRESS])],
  },
  {
    title: 'a pod made before the kubelet’s clusterDNS changed asks an address that is gone',
    spoil: (world) => {
      setFile(world, `${SEARCH}\nnameserver ${DEAD}\noptions ndots:5\n`);
      world.resolvers[DEAD] = {};
      block(world, { to: DEAD });
    },
    target: pod('web-3'),
    outcome: 'root-cause',
    findings: [wrong('kubelet-differs', [DEAD])],
  },
  {
    title: 'a search list without the cluster’s domain is named with the one expected',
    spoil: (world) => setFile(world, `search corp.example\nnameserver ${DNS_ADDRESS}\noptions ndots:5\n`),
    target: pod('web-3'),
    outcome: 'root-cause',
    findings: [
      wrong(
        'search-list',
        ['corp.example'],
        ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      ),
    ],
  },
  {
    title: 'a long search list is advice with the number of look-ups it costs',
    spoil: (world) =>
      setFile(
        world,
        `${SEARCH} a.example b.example c.example d.example e.example\nnameserver ${DNS_ADDRESS}\noptions ndots:5\n`,
      ),
    target: pod('web-3'),
    outcome: 'cleared',
    findings: [
      {
        code: 'dns.search-amplification',
        subject: 'pod shop/web-3',
        node: 'n3',
        advisory: true,
        params: { lookups: 18, ndots: 5, name: 'api.example.com' },
      },
    ],
  },
  {
    title: 'a resolver of its own that knows the cluster’s names is no fault',
    spoil: (world) => {
      const { spec } = pick(world.pods, 'web-3');
      spec.dnsPolicy = 'None';
      setFile(world, `${SEARCH}\nnameserver 10.20.0.53\noptions ndots:5\n`);
      world.resolvers['10.20.0.53'] = {
        'kubernetes.default.svc.cluster.local.': { rcode: 'NOERROR', addresses: ['10.96.0.1'] },
      };
    },
    target: pod('web-3'),
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'the name that was asked about resolving through a foreign resolver leaves only advice',
    spoil: (world) => {
      pick(world.pods, 'web-3').spec.dnsPolicy = 'Default';
      setFile(world, `nameserver ${UPSTREAM}\n`);
    },
    target: name('example.com', 'web-3'),
    outcome: 'cleared',
    findings: [{ ...wrong('policy-default', [UPSTREAM]), advisory: true }],
  },
];
