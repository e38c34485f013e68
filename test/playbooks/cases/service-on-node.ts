// Replicas answer and the Service's address does not, from one node: kube-proxy and its rules there.

import { block, DNS_ADDRESS, type World } from '../../support/world.ts';
import type { Case } from './case.ts';
import { serviceRules, serviceTable } from './rules.ts';

const dead = (world: World, rules: string[]): void => {
  block(world, { from: 'n3', to: DNS_ADDRESS });
  world.netfilter.n3 = { 'iptables-nft-save': serviceTable(...rules) };
};

const notProgrammed = (cause: string, targets: string[]) => ({
  code: 'service.not-programmed' as const,
  subject: 'node n3',
  node: 'n3',
  params: { cause, targets, service: 'kube-system/kube-dns', address: '10.96.0.10:53/udp' },
});

export const serviceOnNodeCases: Case[] = [
  {
    title: 'a node whose rules lead to endpoints that are gone is behind',
    spoil: (world) => dead(world, serviceRules('10.244.9.9:53')),
    outcome: 'root-cause',
    findings: [notProgrammed('stale', ['10.244.9.9:53'])],
  },
  {
    title: 'a node without rules for the Service has not programmed it',
    spoil: (world) => dead(world, []),
    outcome: 'root-cause',
    findings: [notProgrammed('missing', [])],
  },
  {
    title: 'kube-proxy that does not run is the cause of the rules that are missing',
    spoil: (world) => {
      dead(world, []);
      world.kubeProxy.n3 = { curl: 7 };
    },
    outcome: 'root-cause',
    findings: [
      { code: 'node.kube-proxy-down', subject: 'node n3', node: 'n3', params: { cause: 'refused' } },
    ],
  },
  {
    title: 'kube-proxy that hangs is told apart from one that does not run',
    spoil: (world) => {
      dead(world, serviceRules('10.244.9.9:53'));
      world.kubeProxy.n3 = { curl: 28 };
    },
    outcome: 'root-cause',
    findings: [{ code: 'node.kube-proxy-down', subject: 'node n3', node: 'n3', params: { cause: 'silent' } }],
  },
  {
    title: 'kube-proxy that says it is behind is named with its own word',
    spoil: (world) => {
      dead(world, serviceRules('10.244.9.9:53'));
      world.kubeProxy.n3 = { status: '503' };
    },
    outcome: 'root-cause',
    findings: [{ code: 'node.kube-proxy-down', subject: 'node n3', node: 'n3', params: { cause: 'behind' } }],
  },
  {
    title: 'rules that lead to living endpoints leave the Service’s path open',
    spoil: (world) => dead(world, serviceRules('10.244.1.2:53')),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['service-path'],
  },
];
