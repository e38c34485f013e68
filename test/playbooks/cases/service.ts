// The DNS Service is not what pods are told to ask, or leads nowhere.

import { DNS_ADDRESS, pick } from '../../support/world.ts';
import type { Case } from './case.ts';

const wrong = (cause: string, expected: string, actual: string) => ({
  code: 'dns.service-misconfigured' as const,
  subject: 'service kube-system/kube-dns',
  params: { cause, expected, actual, service: 'kube-system/kube-dns' },
});

export const serviceCases: Case[] = [
  {
    title: 'a deleted Service is missing at the address that kubelets hand out',
    spoil: (world) => {
      world.services = world.services.filter(({ metadata }) => metadata.name !== 'kube-dns');
      // Nobody answers at the address any more.
      world.resolvers[DNS_ADDRESS] = {};
      world.disturbances.push({
        what: 'no Service at the address',
        met: 0,
        network: ({ to }) => (to === DNS_ADDRESS ? 'timeout' : undefined),
      });
    },
    outcome: 'root-cause',
    findings: [wrong('missing', DNS_ADDRESS, '')],
  },
  {
    title: 'a Service recreated with another address is not where pods ask',
    spoil: (world) => {
      const { spec } = pick(world.services, 'kube-dns');
      Object.assign(spec, { clusterIP: '10.96.77.77', clusterIPs: ['10.96.77.77'] });
    },
    outcome: 'root-cause',
    findings: [wrong('address-differs', DNS_ADDRESS, '10.96.77.77')],
  },
  {
    title: 'a Service without UDP 53 is told apart from a blocked network',
    spoil: (world) => {
      const { spec } = pick(world.services, 'kube-dns');
      spec.ports = spec.ports.map((port) => (port.protocol === 'UDP' ? { ...port, port: 5353 } : port));
    },
    outcome: 'root-cause',
    findings: [wrong('port-missing', '53/UDP', '5353/UDP, 53/TCP')],
  },
  {
    title: 'a selector that matches no CoreDNS pod is held against their labels',
    spoil: (world) => {
      pick(world.services, 'kube-dns').spec.selector = { 'k8s-app': 'kube-dnss' };
    },
    outcome: 'root-cause',
    findings: [wrong('selector-matches-nothing', 'k8s-app=kube-dns', 'k8s-app=kube-dnss')],
  },
  {
    title: 'a targetPort on which CoreDNS does not listen is named with the one on which it does',
    spoil: (world) => {
      const { spec } = pick(world.services, 'kube-dns');
      spec.ports = spec.ports.map((port) => ({ ...port, targetPort: 5353 }));
    },
    outcome: 'root-cause',
    findings: [wrong('target-port-wrong', '53', '5353')],
  },
  {
    title: 'a targetPort that is wrong for TCP alone is found',
    spoil: (world) => {
      const { spec } = pick(world.services, 'kube-dns');
      spec.ports = spec.ports.map((port) => (port.protocol === 'TCP' ? { ...port, targetPort: 5353 } : port));
    },
    outcome: 'root-cause',
    findings: [wrong('target-port-wrong', '53', '5353')],
  },
];
