// The way of a query is broken: at a replica, at a node, at a pod, for one protocol, or now and then.

import { block, DNS_ADDRESS, isolate, pick } from '../../support/world.ts';
import { unready } from '../../support/world-objects.ts';
import { type Case, pod } from './case.ts';
import { NODE_CACHE, withNodeCache } from './node-cache.ts';
import { FORWARD_ALL, FORWARD_UDP, filterTable } from './rules.ts';

export const legCases: Case[] = [
  {
    title: 'a replica that no other node reaches is bad, and its node is named',
    spoil: (world) => isolate(world, 'n2'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.replica-bad',
        subject: 'pod kube-system/coredns-b',
        node: 'n2',
        params: { cause: 'unreachable', replicas: ['coredns-b'], nodes: ['n2'], good: 1 },
      },
    ],
  },
  {
    title: 'UDP dropped for the pods of one node is blocked there, with the rule that does it',
    spoil: (world) => {
      block(world, { from: 'n3', place: 'pod', protocol: 'udp' });
      world.netfilter.n3 = { 'iptables-nft-save': filterTable(`[214:12840] ${FORWARD_UDP}`) };
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.udp-blocked',
        subject: 'node n3',
        node: 'n3',
        params: {
          scope: 'from-node',
          rule: {
            text: FORWARD_UDP,
            table: 'filter',
            chain: 'FORWARD',
            packets: 214,
            backend: 'iptables-nft',
          },
        },
      },
    ],
  },
  {
    title: 'UDP dropped on one node is blocked there even when no rule is found',
    spoil: (world) => block(world, { from: 'n3', protocol: 'udp' }),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.udp-blocked',
        subject: 'node n3',
        node: 'n3',
        params: { scope: 'from-node', node: 'n3', rule: undefined },
      },
    ],
  },
  {
    title: 'a rule in the legacy tables is found as well as one in the nft tables',
    spoil: (world) => {
      block(world, { from: 'n3', place: 'pod', protocol: 'udp' });
      world.netfilter.n3 = { 'iptables-legacy-save': filterTable(`[9:540] ${FORWARD_UDP}`) };
    },
    outcome: 'root-cause',
    findings: [{ code: 'dns.udp-blocked', subject: 'node n3', node: 'n3', params: { scope: 'from-node' } }],
  },
  {
    title: 'a rule that never matched a packet is not blamed',
    spoil: (world) => {
      block(world, { from: 'n3', place: 'pod', protocol: 'udp' });
      world.netfilter.n3 = { 'iptables-nft-save': filterTable(`[0:0] ${FORWARD_UDP}`) };
    },
    outcome: 'root-cause',
    findings: [{ code: 'dns.udp-blocked', subject: 'node n3', node: 'n3', params: { rule: undefined } }],
  },
  {
    title: 'UDP that does not reach the replica of one node is blocked towards that node',
    spoil: (world) => block(world, { toNode: 'n2', protocol: 'udp' }),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.udp-blocked',
        subject: 'node n2',
        node: 'n2',
        params: { scope: 'to-node', node: 'n2' },
      },
    ],
  },
  {
    title: 'UDP that fails from every node is blocked everywhere, and no single node is blamed',
    spoil: (world) => block(world, { place: 'pod', protocol: 'udp', internal: true }),
    outcome: 'root-cause',
    findings: [{ code: 'dns.udp-blocked', subject: 'cluster', params: { scope: 'everywhere' } }],
  },
  {
    title: 'UDP that only passes while it stays on its node is blocked everywhere between nodes',
    spoil: (world) => {
      for (const toNode of ['n1', 'n2']) block(world, { toNode, protocol: 'udp' });
    },
    outcome: 'root-cause',
    findings: [{ code: 'dns.udp-blocked', subject: 'cluster', params: { scope: 'everywhere' } }],
  },
  {
    title: 'UDP of pods that does not reach one node is blocked towards it, though nodes reach it',
    spoil: (world) => block(world, { toNode: 'n2', place: 'pod', protocol: 'udp' }),
    outcome: 'root-cause',
    findings: [{ code: 'dns.udp-blocked', subject: 'node n2', node: 'n2', params: { scope: 'to-node' } }],
  },
  {
    title: 'TCP that fails where UDP works breaks the fall-back of large answers',
    spoil: (world) => block(world, { from: 'n3', protocol: 'tcp' }),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.truncation',
        subject: 'node n3',
        node: 'n3',
        params: { scope: 'from-node', node: 'n3' },
      },
    ],
  },
  {
    title: 'a FORWARD rule that drops all pod traffic of a node is the cause, though its host resolves names',
    spoil: (world) => {
      block(world, { from: 'n3', place: 'pod' });
      world.netfilter.n3 = {
        'iptables-nft-save': filterTable(`[77:4620] ${FORWARD_ALL.replace('10.244.2', '10.244.3')}`),
      };
    },
    outcome: 'root-cause',
    findings: [{ code: 'node.forward-drop', subject: 'node n3', node: 'n3' }],
  },
  {
    title: 'a FORWARD rule is found for a pod that was named, too',
    spoil: (world) => {
      block(world, { from: 'n2', place: 'pod' });
      world.netfilter.n2 = { 'iptables-nft-save': filterTable(`[77:4620] ${FORWARD_ALL}`) };
    },
    target: pod('web-2'),
    outcome: 'root-cause',
    findings: [{ code: 'node.forward-drop', subject: 'node n2', node: 'n2' }],
  },
  {
    title: 'a rule outside FORWARD that silences a whole node is a firewall rule of that node',
    spoil: (world) => {
      block(world, { from: 'n3' });
      world.netfilter.n3 = {
        'iptables-nft-save': filterTable('[31:1860] -A INPUT -p udp -m udp --sport 53 -j DROP'),
      };
    },
    outcome: 'root-cause',
    findings: [{ code: 'node.firewall-drop', subject: 'node n3', node: 'n3' }],
  },
  {
    title: 'a rule that drops other traffic is not blamed for a node that is cut off',
    spoil: (world) => {
      block(world, { from: 'n3' });
      world.netfilter.n3 = {
        'iptables-nft-save': filterTable(
          '[900:54000] -A OUTPUT -d 192.0.2.0/24 -j DROP',
          '[40:2400] -A FORWARD -d 8.8.8.8/32 -p udp -m udp --dport 53 -j DROP',
          '[12:720] -A OUTPUT -p udp -m udp ! --dport 53 -j DROP',
        ),
      };
    },
    outcome: 'inconclusive',
    findings: [],
    reasons: ['path-between-nodes'],
  },
  {
    title: 'a rule in the pod’s own network is found there, and the node is not blamed',
    spoil: (world) => {
      block(world, { fromPod: 'web-3' });
      world.netfilter['shop/web-3'] = {
        'iptables-nft-save': filterTable(
          '[6:360] -A OUTPUT -p udp -m udp --dport 53 -j REJECT --reject-with icmp-port-unreachable',
        ),
      };
    },
    target: pod('web-3'),
    outcome: 'root-cause',
    findings: [{ code: 'pod.firewalled', subject: 'pod shop/web-3', node: 'n3' }],
  },
  {
    title: 'UDP dropped inside one pod is that pod’s affair, and not its node’s',
    spoil: (world) => {
      block(world, { fromPod: 'web-2', protocol: 'udp' });
      world.netfilter['shop/web-2'] = {
        'iptables-nft-save': filterTable('[6:360] -A OUTPUT -p udp -m udp --dport 53 -j DROP'),
      };
    },
    target: pod('web-2'),
    outcome: 'root-cause',
    findings: [{ code: 'pod.firewalled', subject: 'pod shop/web-2', node: 'n2' }],
  },
  {
    title: 'a pod whose UDP alone is stopped, as by a policy that allows TCP only, is not blamed on its node',
    spoil: (world) => block(world, { fromPod: 'web-2', protocol: 'udp' }),
    target: pod('web-2'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.udp-blocked',
        subject: 'pod shop/web-2',
        node: 'n2',
        params: { scope: 'from-pod', pod: 'shop/web-2' },
      },
    ],
  },
  {
    title: 'a pod that nothing answers, on a node that gets answers, points to the pod’s own network',
    spoil: (world) => block(world, { fromPod: 'web-2' }),
    target: pod('web-2'),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['pod-network'],
  },
  {
    title: 'a node that nothing answers, without a rule, points to the path between nodes',
    spoil: (world) => block(world, { from: 'n3' }),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['path-between-nodes'],
  },
  {
    title: 'replicas that answer while the Service does not point to the Service’s path',
    spoil: (world) => block(world, { from: 'n3', to: DNS_ADDRESS }),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['service-path'],
  },
  {
    title: 'a silent NodeLocal DNSCache is named with its node, while CoreDNS answers behind it',
    spoil: (world) => {
      withNodeCache(world);
      block(world, { from: 'n3', to: NODE_CACHE });
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.node-cache-down',
        subject: 'node n3',
        node: 'n3',
        params: { node: 'n3', address: NODE_CACHE },
      },
    ],
  },
  {
    title: 'a share of lost queries is named with its count',
    spoil: (world) => block(world, { from: 'n3', place: 'pod', only: 1 }),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.intermittent-timeout',
        subject: 'node n3',
        node: 'n3',
        params: { lost: 12, sent: 48, from: 'web-3 (n3)' },
      },
    ],
  },
  {
    title: 'one reply that is lost once is chance',
    spoil: (world) => block(world, { from: 'n3', place: 'pod', protocol: 'udp', first: 1 }),
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'loss seen from a node and from its pod is one finding about that node',
    spoil: (world) => block(world, { from: 'n3', only: 1 }),
    outcome: 'root-cause',
    findings: [{ code: 'dns.intermittent-timeout', subject: 'node n3', node: 'n3' }],
  },
  {
    title: 'two independent faults are both named',
    spoil: (world) => {
      block(world, { from: 'n3', place: 'pod', protocol: 'udp' });
      world.denied = {};
      const ready = pick(world.nodes, 'n2').status.conditions[0];
      Object.assign(ready ?? {}, { status: 'Unknown', message: 'Kubelet stopped posting node status.' });
      unready(pick(world.pods, 'coredns-b'), '');
    },
    outcome: 'root-cause',
    findings: [
      { code: 'dns.udp-blocked', subject: 'node n3', node: 'n3' },
      { code: 'dns.replica-bad', subject: 'pod kube-system/coredns-b', node: 'n2' },
    ],
  },
  {
    title: 'a fault elsewhere is advice when the pod that was asked about resolves names',
    spoil: (world) => block(world, { from: 'n3', place: 'pod', protocol: 'udp' }),
    target: pod('web-1'),
    outcome: 'cleared',
    findings: [{ code: 'dns.udp-blocked', subject: 'node n3', node: 'n3', advisory: true }],
  },
];
