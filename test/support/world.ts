// A cluster in memory: what its API server knows, what its nodes would answer, and what is wrong with its network.
// It only holds data; `scripted-access.ts` answers questions from it, `world-network.ts` moves its packets.

import type { Answer, Question } from '../../src/cluster/access.ts';
import type {
  ConfigMap,
  EndpointSlice,
  KubernetesEvent,
  Namespace,
  Node,
  Pod,
  Service,
  Workload,
} from '../../src/probes/api-objects.ts';
import type { KubeletSettings } from '../../src/probes/resolver-config.ts';
import {
  dnsPorts,
  makeCoreDns,
  makeCoreDnsDeployment,
  makeCorefile,
  makeDaemonSet,
  makeNamespace,
  makeNode,
  makePod,
  makeService,
  podAddress,
} from './world-objects.ts';

export const DNS_ADDRESS = '10.96.0.10';
export const UPSTREAM = '192.168.0.2';

export const KUBEADM_COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

/** One DNS query on its way. */
export interface Packet {
  node: string;
  /** Undefined: sent from the node's own network. */
  pod: Pod | undefined;
  to: string;
  port: number;
  /** Where the receiver runs; undefined when outside the cluster. */
  toNode: string | undefined;
  /** Still addressed to a Service; then only what is wrong with that very address matters. */
  toService: boolean;
  protocol: 'udp' | 'tcp';
  name: string;
  /** Counts the queries of one dig from 0. */
  index: number;
}

export type Reply = { rcode: string; addresses: string[] };
export type Fate = 'timeout' | 'refused' | 'unreachable';

/** Something wrong; one that nothing ever met fails the test. */
export interface Disturbance {
  what: string;
  met: number;
  network?(packet: Packet): Fate | undefined;
  /** In place of what the server would have said. `server`: pod name of the replica, or an address. */
  reply?(packet: Packet, server: string): Reply | undefined;
  question?(question: Question): (Answer & { status: 'unavailable' })['reason'] | undefined;
}

export interface World {
  nodes: Node[];
  namespaces: Namespace[];
  pods: Pod[];
  services: Service[];
  deployments: Workload[];
  daemonsets: Workload[];
  configmaps: ConfigMap[];
  events: KubernetesEvent[];
  /** Undefined: as the controller makes them of Services and pods. */
  endpointslices: EndpointSlice[] | undefined;
  kubelets: Record<string, KubeletSettings>;
  /** By `namespace/name` of the pod. */
  resolvConf: Record<string, string>;
  logs: Record<string, { current: string; previous?: string }>;
  /** `verb resource` that CoreDNS may not do. */
  denied: Record<string, true>;
  /** Node name or `namespace/name` of a pod -> what the program prints there. */
  netfilter: Record<string, Partial<Record<'iptables-nft-save' | 'iptables-legacy-save' | 'nft', string>>>;
  /** What kube-proxy's health endpoint answers: a status, or curl's exit code when it does not. */
  kubeProxy: Record<string, { status: string } | { curl: 7 | 28 }>;
  /** Resolvers outside the cluster -> the names they know; absent ones are NXDOMAIN. */
  resolvers: Record<string, Record<string, Reply>>;
  /** Names that CoreDNS serves besides those of Services. */
  domain: string;
  /** How long every answer takes. */
  latencyMs: number;
  disturbances: Disturbance[];
}

export interface WorldSize {
  nodes?: number;
  replicas?: number;
}

export function healthyWorld({ nodes = 3, replicas = Math.min(2, nodes) }: WorldSize = {}): World {
  const indexes = Array.from({ length: nodes }, (_, at) => at + 1);
  const corednsPods = indexes
    .slice(0, replicas)
    .map((at) =>
      makeCoreDns(`coredns-${'abcdefgh'[at - 1]}`, { node: `n${at}`, address: podAddress(at, 2) }),
    );
  const webPods = indexes.map((at) =>
    makePod('shop', `web-${at}`, { node: `n${at}`, address: podAddress(at, 10) }, { labels: { app: 'web' } }),
  );
  const agents = indexes.map((at) =>
    makePod(
      'cni-triage',
      `agent-${at}`,
      { node: `n${at}`, address: `192.168.10.${at}` },
      {
        hostNetwork: true,
        dnsPolicy: 'Default',
        labels: { 'app.kubernetes.io/name': 'cni-triage', 'app.kubernetes.io/component': 'agent' },
      },
    ),
  );
  const podFile = `search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${DNS_ADDRESS}\noptions ndots:5\n`;
  return {
    nodes: indexes.map(makeNode),
    namespaces: ['default', 'kube-system', 'shop', 'cni-triage'].map(makeNamespace),
    pods: [...corednsPods, ...webPods, ...agents],
    services: [
      makeService('default', 'kubernetes', '10.96.0.1', {}, [
        { name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 },
      ]),
      makeService('kube-system', 'kube-dns', DNS_ADDRESS, { 'k8s-app': 'kube-dns' }, dnsPorts()),
      makeService('shop', 'web', '10.96.5.5', { app: 'web' }, [
        { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
      ]),
      makeService('shop', 'db', 'None', { app: 'db' }, [
        { name: 'sql', port: 5432, protocol: 'TCP', targetPort: 5432 },
      ]),
    ],
    deployments: [makeCoreDnsDeployment(replicas)],
    daemonsets: [makeDaemonSet('kube-flannel', 'kube-flannel-ds', { app: 'flannel' })],
    configmaps: [makeCorefile(KUBEADM_COREFILE)],
    events: [],
    endpointslices: undefined,
    kubelets: Object.fromEntries(indexes.map((at) => [`n${at}`, kubeletSettings()])),
    resolvConf: Object.fromEntries([
      ...corednsPods.map((pod) => [podKey(pod), `nameserver ${UPSTREAM}\n`]),
      ...webPods.map((pod) => [podKey(pod), podFile]),
    ]),
    logs: {},
    denied: {},
    netfilter: {},
    kubeProxy: Object.fromEntries(indexes.map((at) => [`n${at}`, { status: '200' }])),
    resolvers: { [UPSTREAM]: { 'example.com.': { rcode: 'NOERROR', addresses: ['203.0.113.10'] } } },
    domain: 'cluster.local',
    latencyMs: 1,
    disturbances: [],
  };
}

const kubeletSettings = (): KubeletSettings => ({
  clusterDns: [DNS_ADDRESS],
  clusterDomain: 'cluster.local',
  resolvConfPath: '/etc/resolv.conf',
  resolvConf: `nameserver ${UPSTREAM}\n`,
  maxPods: 110,
});

/** How resolver files and rules are filed. */
export const podKey = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

/** The object of that name; a world without it is the test's mistake. */
export function pick<T extends { metadata: { name: string } }>(objects: T[], name: string): T {
  const found = objects.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`the world has no ${name}`);
  return found;
}

export interface Where {
  from?: string;
  fromPod?: string;
  fromNamespace?: string;
  place?: 'pod' | 'host';
  to?: string;
  toNode?: string;
  protocol?: 'udp' | 'tcp';
  /** Only to receivers inside the cluster. */
  internal?: true;
  /** Only queries of this index in one dig, for partial loss. */
  only?: number;
  /** Only so many packets, the first that come; absent: all. */
  first?: number;
}

/** Packets that match all of `where` meet this fate. Traffic that stays on a node does not count as `toNode`. */
export function block(world: World, where: Where, fate: Fate = 'timeout'): void {
  let left = where.first ?? Number.POSITIVE_INFINITY;
  world.disturbances.push({
    what: `${fate}: ${JSON.stringify(where)}`,
    met: 0,
    network: (packet) => {
      if (left === 0 || !meets(packet, where)) return undefined;
      left -= 1;
      return fate;
    },
  });
}

function meets(packet: Packet, where: Where): boolean {
  if (packet.toService && where.to === undefined) return false;
  return (
    (where.from === undefined || packet.node === where.from) &&
    (where.fromPod === undefined || packet.pod?.metadata.name === where.fromPod) &&
    (where.fromNamespace === undefined || packet.pod?.metadata.namespace === where.fromNamespace) &&
    (where.place === undefined || (where.place === 'pod') === (packet.pod !== undefined)) &&
    (where.to === undefined || packet.to === where.to) &&
    (where.toNode === undefined || (packet.toNode === where.toNode && packet.node !== where.toNode)) &&
    (where.protocol === undefined || packet.protocol === where.protocol) &&
    (where.internal === undefined || packet.toNode !== undefined) &&
    (where.only === undefined || packet.index === where.only)
  );
}

/** No pod traffic between that node and the others; the way out of the cluster stays open. */
export function isolate(world: World, node: string): void {
  world.disturbances.push({
    what: `${node} is cut off`,
    met: 0,
    network: ({ node: from, toNode }) =>
      toNode !== undefined && (from === node) !== (toNode === node) ? 'timeout' : undefined,
  });
}

/** A server's answer for a name in place of its own; without `server`, that of every replica. */
export function answer(world: World, name: string, reply: Reply, server?: string): void {
  world.disturbances.push({
    what: `${server ?? 'CoreDNS'} says ${reply.rcode} to ${name}`,
    met: 0,
    reply: (packet, who) =>
      packet.name === name && (server === undefined ? !(who in world.resolvers) : who === server)
        ? reply
        : undefined,
  });
}

export function refuse(
  world: World,
  what: string,
  reason: (Answer & { status: 'unavailable' })['reason'],
  matches: (question: Question) => boolean,
): void {
  world.disturbances.push({
    what: `${what}: ${reason}`,
    met: 0,
    question: (question) => (matches(question) ? reason : undefined),
  });
}
