// Names of the cluster resolve and those outside do not: the resolvers that CoreDNS forwards to.

import { answer, block, KUBEADM_COREFILE, pick, UPSTREAM, type World } from '../../support/world.ts';
import { type Case, name } from './case.ts';

const failing = (cause: string, node?: string, more: object = {}) => ({
  code: 'dns.upstream-failing' as const,
  subject: `resolver ${UPSTREAM}`,
  ...(node === undefined ? {} : { node }),
  params: { cause, upstreams: [UPSTREAM], name: 'example.com', ...more },
});

const forwardTo = (world: World, ...targets: string[]): void => {
  pick(world.configmaps, 'coredns').data.Corefile = KUBEADM_COREFILE.replace(
    'forward . /etc/resolv.conf',
    `forward . ${targets.join(' ')}`,
  );
};

export const upstreamCases: Case[] = [
  {
    title: 'a silent upstream is named by its address',
    spoil: (world) => block(world, { to: UPSTREAM }),
    outcome: 'root-cause',
    findings: [failing('silent')],
  },
  {
    title: 'an upstream whose port is closed refuses',
    spoil: (world) => block(world, { to: UPSTREAM }, 'refused'),
    outcome: 'root-cause',
    findings: [failing('refuses')],
  },
  {
    title: 'an upstream that answers REFUSED refuses',
    spoil: (world) => answer(world, 'example.com.', { rcode: 'REFUSED', addresses: [] }, UPSTREAM),
    outcome: 'root-cause',
    findings: [failing('refuses')],
  },
  {
    title: 'an upstream that answers SERVFAIL answers with errors',
    spoil: (world) => answer(world, 'example.com.', { rcode: 'SERVFAIL', addresses: [] }, UPSTREAM),
    outcome: 'root-cause',
    findings: [failing('answers-errors')],
  },
  {
    title: 'an upstream that answers nodes and not pods is out of reach from pods',
    spoil: (world) => block(world, { to: UPSTREAM, place: 'pod' }),
    outcome: 'root-cause',
    findings: [failing('unreachable-from-pods')],
  },
  {
    title: 'a Corefile without forward is the reason when an outside name is asked about',
    spoil: (world) => {
      pick(world.configmaps, 'coredns').data.Corefile = KUBEADM_COREFILE.replace(/ {4}forward [^}]+}\n/, '');
      answer(world, 'example.com.', { rcode: 'REFUSED', addresses: [] });
    },
    target: name('example.com', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.upstream-failing',
        subject: 'resolver forward',
        params: { cause: 'not-configured', upstreams: [] },
      },
    ],
  },
  {
    title: 'a Corefile without forward is a decision while nobody asks about an outside name',
    spoil: (world) => {
      pick(world.configmaps, 'coredns').data.Corefile = KUBEADM_COREFILE.replace(/ {4}forward [^}]+}\n/, '');
      answer(world, 'example.com.', { rcode: 'REFUSED', addresses: [] });
    },
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'a cluster cut off from the world on purpose is cleared: NXDOMAIN from the upstream is an answer',
    spoil: (world) => {
      world.resolvers[UPSTREAM] = {};
    },
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'one of two upstreams silent is cleared while names outside resolve',
    spoil: (world) => {
      forwardTo(world, UPSTREAM, '192.168.0.3');
      world.resolvers['192.168.0.3'] = {};
      block(world, { to: '192.168.0.3' });
    },
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'both upstreams silent are both named',
    spoil: (world) => {
      forwardTo(world, UPSTREAM, '192.168.0.3:53');
      world.resolvers['192.168.0.3'] = {};
      block(world, { to: '192.168.0.3' });
      block(world, { to: UPSTREAM });
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.upstream-failing',
        subject: `resolver ${UPSTREAM}, 192.168.0.3`,
        params: { cause: 'silent', upstreams: [UPSTREAM, '192.168.0.3'] },
      },
    ],
  },
];
