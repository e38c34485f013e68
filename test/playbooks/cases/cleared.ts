// Nothing is wrong, in clusters of every shape that is not a fault.

import { block, DNS_ADDRESS, KUBEADM_COREFILE, pick, UPSTREAM, type World } from '../../support/world.ts';
import { crash, makePod, pend, unready } from '../../support/world-objects.ts';
import { type Case, name, pod } from './case.ts';
import { withNodeCache } from './node-cache.ts';

const cleared = { outcome: 'cleared', findings: [], unchecked: [] } satisfies Partial<Case>;

const corednsPods = (world: World) =>
  world.pods.filter(({ metadata }) => metadata.name.startsWith('coredns'));

export const clearedCases: Case[] = [
  { title: 'a healthy cluster is cleared', spoil: () => undefined, ...cleared },
  {
    title: 'a pod of a healthy cluster is cleared',
    spoil: () => undefined,
    target: pod('web-2'),
    ...cleared,
  },
  {
    title: 'a Service name asked about from a pod is cleared',
    spoil: () => undefined,
    target: name('web.shop.svc.cluster.local', 'web-1'),
    ...cleared,
  },
  {
    title: 'an abbreviated name is resolved by the pod’s search list',
    spoil: () => undefined,
    target: name('web', 'web-1'),
    ...cleared,
  },
  {
    title: 'a name without a pod is asked from the nodes',
    spoil: () => undefined,
    target: name('kubernetes.default.svc.cluster.local'),
    ...cleared,
  },
  {
    title: 'an outside name, with its final dot and in capitals, is cleared',
    spoil: () => undefined,
    target: name('example.com.', 'web-1'),
    ...cleared,
  },
  { title: 'a cluster of one node is cleared', size: { nodes: 1 }, spoil: () => undefined, ...cleared },
  {
    title: 'a cluster with one replica is cleared',
    size: { nodes: 3, replicas: 1 },
    spoil: () => undefined,
    ...cleared,
  },
  {
    title: 'a cluster with five nodes and five replicas is cleared',
    size: { nodes: 5, replicas: 5 },
    spoil: () => undefined,
    ...cleared,
  },
  {
    title: 'CoreDNS pods without the usual label are found by their image',
    spoil: (world) => {
      for (const each of corednsPods(world)) each.metadata.labels = { app: 'coredns' };
      pick(world.services, 'kube-dns').spec.selector = { app: 'coredns' };
    },
    ...cleared,
  },
  {
    title: 'a Service and a Corefile under a distribution’s names are no fault',
    spoil: (world) => {
      pick(world.services, 'kube-dns').metadata.name = 'rke2-coredns-rke2-coredns';
      world.configmaps = [];
    },
    ...cleared,
  },
  {
    title: 'CoreDNS on another port behind a fitting targetPort is no fault',
    spoil: (world) => {
      pick(world.configmaps, 'coredns').data.Corefile = KUBEADM_COREFILE.replace('.:53', '.:5353');
      for (const { spec } of corednsPods(world))
        for (const container of spec.containers)
          container.ports = container.ports.map((port) => ({ ...port, containerPort: 5353 }));
    },
    ...cleared,
  },
  {
    title: 'NodeLocal DNSCache, whose address belongs to no Service, is no fault',
    spoil: withNodeCache,
    ...cleared,
  },
  {
    title: 'a kubelet without clusterDNS is no fault while the pods’ resolver works',
    spoil: (world) => {
      for (const settings of Object.values(world.kubelets)) settings.clusterDns = [];
    },
    target: pod('web-1'),
    ...cleared,
  },
  {
    title: 'a node that only has hostNetwork pods is looked at from its own network',
    spoil: (world) => {
      world.pods = world.pods.filter(({ metadata }) => metadata.name !== 'web-3');
    },
    ...cleared,
  },
  {
    title: 'a replica that is going away during a rollout is no fault',
    spoil: (world) => {
      const leaving = structuredClone(pick(world.pods, 'coredns-a'));
      Object.assign(leaving.metadata, { name: 'coredns-old', uid: 'uid-old' });
      leaving.metadata.deletionTimestamp = '2026-03-01T03:11:00Z';
      unready(leaving, 'shutting down');
      world.pods.push(leaving);
    },
    ...cleared,
  },
  {
    title: 'a replica that is just starting while others serve is no fault',
    spoil: (world) => {
      const starting = structuredClone(pick(world.pods, 'coredns-a'));
      Object.assign(starting.metadata, { name: 'coredns-new', uid: 'uid-new' });
      pend(starting, { reason: 'ContainerCreating', message: '' });
      world.pods.push(starting);
    },
    ...cleared,
  },
  {
    title: 'an evicted CoreDNS pod that nobody cleaned up is no fault while others serve',
    spoil: (world) => {
      const evicted = structuredClone(pick(world.pods, 'coredns-a'));
      Object.assign(evicted.metadata, { name: 'coredns-evicted', uid: 'uid-evicted' });
      crash(evicted, 'Error', 137);
      evicted.status.phase = 'Failed';
      evicted.status.podIP = '';
      evicted.status.containerStatuses = [
        {
          name: 'main',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode: 137, reason: 'Error', message: '' } },
          lastState: {},
        },
      ];
      world.pods.push(evicted);
    },
    ...cleared,
  },
  {
    title: 'CoreDNS itself asks the node’s resolver by design, and that is no fault of it',
    spoil: () => undefined,
    target: { kind: 'pod', pod: { namespace: 'kube-system', name: 'coredns-a' } },
    ...cleared,
  },
  {
    title: 'an IPv6 cluster is cleared',
    spoil: (world) => {
      useIpv6(world);
    },
    target: pod('web-1'),
    ...cleared,
  },
  {
    title: 'a Service with an IPv6 address only resolves, though it has no A record',
    spoil: (world) => {
      Object.assign(pick(world.services, 'web').spec, {
        clusterIP: 'fd00:96::5',
        clusterIPs: ['fd00:96::5'],
      });
    },
    target: name('web.shop', 'web-1'),
    ...cleared,
  },
  {
    title: 'a pod of the same name in another namespace does not lend its legs',
    spoil: (world) => {
      world.pods.push(makePod('pay', 'web-1', { node: 'n1', address: '10.244.1.77' }));
      block(world, { fromPod: 'web-1', fromNamespace: 'shop' });
    },
    target: pod('web-1'),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['pod-network'],
  },
  {
    title: 'other pods of the same name in trouble do not touch the one that was named',
    spoil: (world) => {
      world.pods.push(makePod('pay', 'web-1', { node: 'n1', address: '10.244.1.77' }));
      block(world, { fromPod: 'web-1', fromNamespace: 'pay' });
    },
    target: pod('web-1'),
    outcome: 'cleared',
    findings: [],
  },
];

function useIpv6(world: World): void {
  const address = (old: string): string => (old === '' ? '' : `fd00::${old.split('.').join(':')}`);
  for (const each of world.pods) each.status.podIP = address(each.status.podIP);
  for (const { metadata, spec } of world.services)
    if (metadata.name === 'kube-dns')
      Object.assign(spec, { clusterIP: address(spec.clusterIP), clusterIPs: [address(spec.clusterIP)] });
  for (const settings of Object.values(world.kubelets)) settings.clusterDns = [address(DNS_ADDRESS)];
  world.resolvers = { [address(UPSTREAM)]: world.resolvers[UPSTREAM] ?? {} };
  for (const [key, text] of Object.entries(world.resolvConf))
    if (!/web-[23]/.test(key))
      world.resolvConf[key] = text
        .replace(DNS_ADDRESS, address(DNS_ADDRESS))
        .replace(UPSTREAM, address(UPSTREAM));
}
