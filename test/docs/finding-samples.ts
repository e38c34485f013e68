// One sample of each finding code, so that docs/playbooks.md can show its sentences. A code without a sample does not
// compile. The names are made up; only what the sentences use is filled in.

import type { FindingCode, FindingParams } from '../../src/diagnosis/finding.ts';
import type { DroppingRule } from '../../src/playbooks/branches/dropping-rule.ts';
import { cniSamples } from './cni-samples.ts';

export interface Sample<C extends FindingCode> {
  params: FindingParams[C];
  node?: string;
  /** Declared for the public vocabulary; no tree finds it yet. */
  awaited?: true;
}

const pod = 'shop/web-7f';
const replica = 'coredns-5d8-x7k2p';
const forbidden = 'endpointslices is forbidden: User "system:serviceaccount:kube-system:coredns"';

const rule: DroppingRule = {
  text: '-A FORWARD -p udp -m udp --dport 53 -j DROP',
  table: 'filter',
  chain: 'FORWARD',
  packets: 214,
  backend: 'iptables-nft',
};

const inputRule: DroppingRule = {
  ...rule,
  text: '-A INPUT -p udp -m udp --dport 53 -j DROP',
  chain: 'INPUT',
};

const agent = { namespace: 'kube-flannel', labelSelector: 'app=flannel' };
const mtuRemedy = {
  namespace: 'kube-flannel',
  configMap: 'kube-flannel-cfg',
  key: 'Backend.MTU',
  value: 1400,
  daemonSet: 'kube-flannel-ds',
};
const mac = '5e:08:6d:89:3c:18';
const tunnelEntry = { agent, device: 'flannel.1', peers: ['n2'] };

export const findingSamples: { [C in FindingCode]: Sample<C> } = {
  'dns.coredns-down': {
    params: { cause: 'scaled-to-zero', deployment: 'kube-system/coredns', desired: 0, ready: 0, detail: '' },
  },
  'dns.coredns-crashing': {
    params: {
      cause: 'corefile-error',
      pods: [replica],
      ready: 0,
      line: "/etc/coredns/Corefile:7 - Error during parsing: Unknown directive 'kubernets'",
    },
  },
  'dns.replica-bad': {
    params: { cause: 'unreachable', replicas: [replica], nodes: ['n3'], good: 1, detail: '' },
    node: 'n3',
  },
  'dns.service-misconfigured': {
    params: {
      cause: 'selector-matches-nothing',
      service: 'kube-system/kube-dns',
      expected: 'k8s-app=kube-dns',
      actual: 'k8s-app=dns',
    },
  },
  'dns.resolv-conf-wrong': {
    params: { cause: 'policy-default', pod, actual: ['192.168.0.2'], expected: ['10.96.0.10'] },
  },
  'dns.record-missing': {
    params: { why: 'no-such-service', name: 'wbe.shop.svc.cluster.local', nearest: ['web.shop'] },
  },
  'dns.corefile-rewrites-name': {
    params: {
      name: 'web.shop.svc.cluster.local',
      directive: 'template IN A web.shop.svc.cluster.local',
      line: 12,
      answered: 'NXDOMAIN',
      expected: '10.96.7.20',
    },
  },
  'dns.zone-missing': {
    params: { cause: 'other-domain', domain: 'cluster.local', served: ['corp.local'] },
  },
  'dns.upstream-failing': {
    params: { cause: 'silent', upstreams: ['192.168.0.2'], name: 'example.com' },
  },
  'dns.udp-blocked': { params: { scope: 'from-node', node: 'n2', rule }, node: 'n2' },
  'dns.truncation': { params: { scope: 'from-node', node: 'n2' }, node: 'n2' },
  'dns.search-amplification': { params: { pod, name: 'api.example.com', lookups: 8, ndots: 5 } },
  'dns.intermittent-timeout': { params: { from: pod, node: 'n2', lost: 3, sent: 10 }, node: 'n2' },
  'dns.api-access-lost': {
    params: {
      cause: 'forbidden',
      pods: [replica],
      user: 'system:serviceaccount:kube-system:coredns',
      line: forbidden,
    },
  },
  'dns.node-cache-down': { params: { node: 'n2', address: '169.254.20.10' }, node: 'n2' },
  'dns.overloaded': { params: { medianMs: 1800, line: '' } },
  'node.forward-drop': { params: { rule }, node: 'n2' },
  'node.firewall-drop': { params: { rule: inputRule }, node: 'n2' },
  'pod.not-running': {
    params: { pod, cause: 'crashing', container: 'web', restarts: 7, detail: 'Error, exit code 1' },
  },
  'pod.not-ready': {
    params: { pod, container: 'web', detail: 'Readiness probe failed: connection refused' },
    node: 'n2',
  },
  'pod.sandbox-failed': {
    params: { pod, cause: 'unknown', detail: 'failed to find plugin "bridge" in path [/opt/cni/bin]' },
    node: 'n2',
  },
  'pod.interface-missing': { params: { pod, address: '10.244.1.7' }, node: 'n2' },
  'pod.interface-down': { params: { pod, interface: 'eth0', cause: 'down' }, node: 'n2' },
  'pod.loopback-down': { params: { pod }, node: 'n2' },
  'pod.address-missing': {
    params: { pod, interface: 'eth0', expected: '10.244.1.7', actual: ['10.244.9.9'] },
    node: 'n2',
  },
  'pod.route-missing': { params: { pod, destination: 'default' }, node: 'n2' },
  'pod.route-wrong': {
    params: { pod, destination: 'default', cause: 'gateway', actual: '10.244.1.9', expected: '10.244.1.1' },
    node: 'n2',
  },
  'pod.host-veth-down': { params: { pod, cause: 'down', interface: 'veth5f159084' }, node: 'n2' },
  'pod.host-veth-detached': {
    params: { pod, cause: 'no-bridge', interface: 'veth5f159084', bridge: 'cni0', actual: '' },
    node: 'n2',
  },
  'pod.duplicate-ip': {
    params: { pod, address: '10.244.1.7', of: 'pod', owners: [pod, 'shop/db-0'] },
    node: 'n2',
  },
  'pod.neighbour-stale': {
    params: {
      pod,
      holder: pod,
      entry: '10.244.1.1',
      of: 'gateway',
      table: 'neighbour',
      device: 'eth0',
      actual: '02:00:00:00:00:01',
      expected: 'e6:7b:16:38:e1:4c',
      permanent: true,
    },
    node: 'n2',
  },
  'pod.not-listening': {
    params: { place: pod, port: 8081, protocol: 'tcp', listening: [8080] },
    node: 'n2',
  },
  'pod.listening-on-loopback': {
    params: { place: pod, port: 8080, protocol: 'tcp', address: '127.0.0.1' },
    node: 'n2',
  },
  'pod.application-slow': { params: { pod, port: 8080, connectMs: 1, waitedS: 4 }, node: 'n2' },
  'pod.firewalled': { params: { pod, rule: inputRule }, node: 'n2' },
  'service.not-programmed': {
    params: {
      service: 'kube-system/kube-dns',
      address: '10.96.0.10:53/udp',
      cause: 'stale',
      targets: ['10.244.1.7:53'],
      chains: [],
    },
    node: 'n2',
  },
  'node.kube-proxy-down': { params: { cause: 'refused', rules: 'wrong' }, node: 'n2' },
  'service.missing': { params: { service: 'shop/wbe', nearest: ['web.shop'] } },
  'service.selector-matches-nothing': {
    params: {
      service: 'shop/web',
      selector: 'app=wbe',
      nearest: { pod: 'web-7f', label: 'app', wanted: 'wbe', actual: 'web' },
    },
  },
  'service.no-ready-endpoints': {
    params: {
      service: 'shop/web',
      cause: 'not-ready',
      pods: [{ name: 'web-7f', why: 'Readiness probe failed: HTTP probe failed with statuscode: 503' }],
      workload: '',
    },
  },
  'service.target-port-mismatch': {
    params: {
      service: 'shop/web',
      port: '80/tcp',
      targetPort: '8081',
      cause: 'nobody-listens',
      instead: ['8080'],
    },
  },
  'service.dead-endpoint': {
    params: {
      service: 'shop/web',
      dead: [{ address: '10.244.1.7:8080', pod, result: 'refused' }],
      alive: 2,
    },
  },
  'service.traffic-policy-no-local-endpoint': {
    params: { service: 'shop/web', nodes: ['n1', 'n3'] },
    node: 'n2',
  },
  'service.hairpin-broken': {
    params: { service: 'shop/web', pod, interface: 'veth5f159084', bridge: 'cni0' },
    node: 'n2',
  },
  'node.not-ready': { params: { message: 'Kubelet stopped posting node status.' }, node: 'n2' },
  'node.underlay-unreachable': { params: { addresses: ['10.0.0.12'], peers: ['n1', 'n3'] }, node: 'n2' },
  'node.tunnel-port-blocked': {
    params: { port: 8472, peers: ['n1', 'n3'], sent: 84, received: 0 },
    node: 'n2',
  },
  'node.tunnel-missing': { params: { agent, device: 'flannel.1' }, node: 'n2' },
  'node.tunnel-down': { params: { agent, device: 'flannel.1' }, node: 'n2' },
  'node.tunnel-mismatch': {
    params: { agent, device: 'flannel.1', setting: 'vni', actual: '7', expected: '1' },
    node: 'n2',
  },
  'node.fdb-missing': { params: { ...tunnelEntry, mac, destination: '10.0.0.12' }, node: 'n1' },
  'node.fdb-wrong': {
    params: { ...tunnelEntry, mac, destination: '10.0.0.12', actual: '10.0.0.99' },
    node: 'n1',
  },
  'node.neighbour-missing': { params: { ...tunnelEntry, mac, address: '10.244.1.0' }, node: 'n1' },
  'node.neighbour-wrong': {
    params: {
      ...tunnelEntry,
      mac,
      address: '10.244.1.0',
      actual: '02:00:00:00:00:01',
      leadsTo: 'tunnel',
    },
    node: 'n1',
  },
  'node.bridge-down': { params: { device: 'cni0', cause: 'down' }, node: 'n2' },
  'node.route-missing': {
    params: {
      agent,
      range: '10.244.1.0/24',
      peers: ['n2'],
      expected: '10.244.1.0/24 via 10.244.1.0 dev flannel.1',
    },
    node: 'n1',
  },
  'node.route-wrong': {
    params: {
      agent,
      range: '10.244.1.0/24',
      peers: ['n2'],
      cause: 'rejects',
      actual: 'blackhole 10.244.1.0/24',
      expected: '10.244.1.0/24 via 10.244.1.0 dev flannel.1',
    },
    node: 'n1',
  },
  'node.ip-forward-off': { params: { interfaces: ['cni0', 'flannel.1'] }, node: 'n2' },
  'node.rp-filter-drop': {
    params: { device: 'flannel.1', source: '10.244.1.0', dropped: 42 },
    node: 'n1',
  },
  'node.conntrack-full': { params: { entries: 262_144, limit: 262_144 }, node: 'n2' },
  'node.packet-loss': { params: { lost: 52, sent: 160, peers: ['n1', 'n3'] }, node: 'n2' },
  'node.latency-high': { params: { ms: 210, usualMs: 0.4, peers: ['n1', 'n3'] }, node: 'n2' },
  'node.masquerade-missing': {
    params: { agent, range: '10.244.1.0/24', outside: '10.0.0.10:6443' },
    node: 'n2',
  },
  'node.address-wrong': {
    params: { agent, registered: '192.168.122.1', own: ['10.0.0.12'] },
    node: 'n2',
  },
  'node.cidr-missing': { params: {}, node: 'n2' },
  'node.cidr-overlap': {
    params: {
      range: '10.244.1.0/24',
      with: { kind: 'pods', name: 'n3', range: '10.244.0.0/16' },
    },
    node: 'n2',
  },
  'mtu.path-black-hole': {
    params: {
      between: 'nodes',
      largest: 1400,
      believed: 1500,
      podMtu: 1350,
      peers: ['n1', 'n3'],
      remedy: mtuRemedy,
    },
    node: 'n2',
  },
  'mtu.overlay-too-large': {
    params: {
      nodes: ['n1'],
      of: 'tunnel',
      device: 'flannel.1',
      mtu: 1500,
      overhead: 50,
      carrier: 'eth0',
      carrierMtu: 1500,
      podMtu: 1450,
      remedy: { ...mtuRemedy, value: 1500 },
    },
    node: 'n1',
  },
  'mtu.pod-mismatch': { params: { pods: [{ pod, mtu: 1500 }], expected: 1450 }, node: 'n2' },
  'mtu.node-mismatch': {
    params: {
      what: 'underlay',
      device: 'eth0',
      mtu: 1400,
      usual: 1500,
      others: ['n2', 'n3'],
      largest: 1350,
    },
    node: 'n1',
  },
  'mtu.fragmentation': {
    params: {
      packet: 1450,
      outer: 1500,
      underlay: 1400,
      device: 'eth0',
      reassembled: 6,
      podMtu: 1350,
      remedy: mtuRemedy,
    },
    node: 'n1',
  },
  ...cniSamples,
};
