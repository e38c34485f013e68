// Codes of findings about nodes and the way between them. Sentences are in messages/node-en.ts and node-zh.ts.

import type { CodeDefinition, FindingCode } from '../../../diagnosis/finding.ts';

/** Whom to restart on that node, so that it programs anew what is missing. */
export interface AgentRef {
  namespace: string;
  labelSelector: string;
}

interface ForPeers {
  agent: AgentRef;
  /** Nodes whose pods are out of reach by it, in order of name. */
  peers: string[];
  device: string;
}

declare module '../../../diagnosis/finding.ts' {
  interface FindingParams {
    /** `message`: the node condition's own words. */
    'node.not-ready': { message: string };
    /** `peers`: nodes that it does not reach and that do not reach it. */
    'node.underlay-unreachable': { addresses: string[]; peers: string[] };
    /** Packets counted at the tunnel devices of both ends while it was tried; absent: they could not be told apart. */
    'node.tunnel-port-blocked': { port: number; peers: string[]; sent?: number; received?: number };
    'node.tunnel-missing': { agent: AgentRef; device: string };
    'node.tunnel-down': { agent: AgentRef; device: string };
    /** `expected`: what its peers or the CNI's configuration have. */
    'node.tunnel-mismatch': {
      agent: AgentRef;
      device: string;
      setting: 'vni' | 'port' | 'mac';
      actual: string;
      expected: string;
    };
    'node.fdb-missing': ForPeers & { mac: string; destination: string };
    'node.fdb-wrong': ForPeers & { mac: string; destination: string; actual: string };
    'node.neighbour-missing': ForPeers & { address: string; mac: string };
    /** `leadsTo`: the peer's tunnel, which its pods are behind, or the peer itself. */
    'node.neighbour-wrong': ForPeers & {
      address: string;
      mac: string;
      actual: string;
      leadsTo: 'tunnel' | 'node';
    };
    'node.bridge-down': { device: string; cause: 'down' | 'missing' };
    /** No `peers`: the range of the node's own pods. */
    'node.route-missing': { agent: AgentRef; range: string; peers: string[]; expected: string };
    'node.route-wrong': {
      agent: AgentRef;
      range: string;
      peers: string[];
      /**
       * `shadowed`: a narrower route takes part of the range; `rule`: another table is looked up first; `rule-rejects`: a
       * policy rule, or the table it names, throws it away, `actual` being the kernel's word for it.
       */
      cause: 'rejects' | 'device' | 'gateway' | 'shadowed' | 'rule' | 'rule-rejects';
      actual: string;
      expected: string;
    };
    'node.ip-forward-off': { interfaces: string[] };
    /** `dropped`: by the kernel's counter, while it was tried; absent: the kernel said so when asked for the route. */
    'node.rp-filter-drop': { device: string; source: string; dropped?: number };
    'node.conntrack-full': { entries: number; limit: number };
    'node.packet-loss': { lost: number; sent: number; peers: string[] };
    'node.latency-high': { ms: number; usualMs: number; peers: string[] };
    /** `range`: of the pods whose packets leave with their own address. */
    'node.masquerade-missing': { agent: AgentRef; range: string; outside: string };
    /** `sharedWith`: another node that registered the same address. */
    'node.address-wrong': { agent: AgentRef; registered: string; own: string[]; sharedWith?: string };
    'node.cidr-missing': Record<string, never>;
    'node.cidr-overlap': {
      range: string;
      /** The node whose pods have the other range, or `services`, or a node with an address in it. */
      with: { kind: 'pods' | 'node-address' | 'services'; name: string; range: string };
    };
  }
}

export const nodeCodes = {
  'node.not-ready': { layer: 'k8s', priority: 'P0' },
  'node.underlay-unreachable': { layer: 'physical', priority: 'P0' },
  'node.tunnel-port-blocked': { layer: 'host', priority: 'P1' },
  'node.tunnel-missing': { layer: 'virtual', priority: 'P1' },
  'node.tunnel-down': { layer: 'virtual', priority: 'P1' },
  'node.tunnel-mismatch': { layer: 'virtual', priority: 'P1' },
  'node.fdb-missing': { layer: 'virtual', priority: 'P1' },
  'node.fdb-wrong': { layer: 'virtual', priority: 'P1' },
  'node.neighbour-missing': { layer: 'virtual', priority: 'P1' },
  'node.neighbour-wrong': { layer: 'virtual', priority: 'P1' },
  'node.bridge-down': { layer: 'virtual', priority: 'P1' },
  'node.route-missing': { layer: 'host', priority: 'P1' },
  'node.route-wrong': { layer: 'host', priority: 'P1' },
  'node.ip-forward-off': { layer: 'host', priority: 'P1' },
  'node.rp-filter-drop': { layer: 'host', priority: 'P1' },
  'node.conntrack-full': { layer: 'host', priority: 'P1' },
  'node.packet-loss': { layer: 'physical', priority: 'P1' },
  'node.latency-high': { layer: 'physical', priority: 'P2' },
  'node.masquerade-missing': { layer: 'host', priority: 'P2' },
  'node.address-wrong': { layer: 'cni', priority: 'P1' },
  'node.cidr-missing': { layer: 'k8s', priority: 'P1' },
  'node.cidr-overlap': { layer: 'k8s', priority: 'P1' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;
