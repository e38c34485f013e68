// The finding codes of the dns playbook: their parameters, layer and default priority. Meanings: docs/findings.md.

import type { CodeDefinition, FindingCode } from '../../diagnosis/finding.ts';
import type { DroppingRule } from '../branches/dropping-rule.ts';

declare module '../../diagnosis/finding.ts' {
  interface FindingParams {
    'dns.coredns-down': {
      cause:
        | 'scaled-to-zero'
        | 'deployment-missing'
        | 'unschedulable'
        | 'image'
        | 'sandbox'
        | 'not-created'
        | 'not-ready'
        /** Its sockets fill up with queries that nobody takes. */
        | 'hangs';
      /** `namespace/name` */
      deployment: string;
      desired: number;
      /** Replicas that serve all the same; more than none only in advice about a stuck roll-out. */
      ready: number;
      /** Kubernetes' own words; empty when there are none. */
      detail: string;
    };
    'dns.coredns-crashing': {
      /** corefile-rejected: not yet, but at its next start; advice only. */
      cause: 'corefile-error' | 'corefile-rejected' | 'loop' | 'oom' | 'other';
      pods: string[];
      /** Replicas that still answer. */
      ready: number;
      /** The deciding log line; empty when the log could not be read. */
      line: string;
    };
    'dns.replica-bad': {
      cause: 'node-not-ready' | 'unreachable' | 'answers-differ';
      replicas: string[];
      nodes: string[];
      /** Replicas that answer. */
      good: number;
      detail: string;
    };
    'dns.service-misconfigured': {
      cause:
        | 'missing'
        | 'address-differs'
        | 'port-missing'
        | 'target-port-wrong'
        | 'selector-matches-nothing'
        | 'dead-endpoint';
      service: string;
      expected: string;
      actual: string;
    };
    'dns.resolv-conf-wrong': {
      cause:
        | 'policy-default'
        | 'policy-none'
        | 'host-network'
        | 'dns-config'
        | 'kubelet-differs'
        | 'search-list';
      pod: string;
      actual: string[];
      expected: string[];
    };
    'dns.record-missing': {
      why: 'no-such-service' | 'no-such-namespace' | 'no-ready-endpoints' | 'upstream-says-no';
      name: string;
      nearest: string[];
    };
    'dns.corefile-rewrites-name': {
      name: string;
      /** The directive as it stands in the Corefile. */
      directive: string;
      line: number;
      answered: string;
      /** What the cluster's objects say; empty when the name is not one of theirs. */
      expected: string;
    };
    'dns.zone-missing': {
      cause: 'no-kubernetes-plugin' | 'other-domain';
      domain: string;
      served: string[];
    };
    'dns.upstream-failing': {
      cause: 'silent' | 'refuses' | 'answers-errors' | 'unreachable-from-pods' | 'not-configured';
      upstreams: string[];
      name: string;
    };
    'dns.udp-blocked': BlockedProtocol;
    'dns.truncation': BlockedProtocol;
    'dns.search-amplification': { pod: string; name: string; lookups: number; ndots: number };
    'dns.intermittent-timeout': {
      from: string;
      node: string;
      lost: number;
      sent: number;
      rule?: DroppingRule;
    };
    'dns.api-access-lost': {
      cause: 'forbidden' | 'unreachable' | 'unknown';
      pods: string[];
      user: string;
      line: string;
    };
    'dns.node-cache-down': { node: string; address: string };
    'dns.overloaded': { medianMs: number; line: string };
  }
}

interface BlockedProtocol {
  scope: 'from-pod' | 'from-node' | 'to-node' | 'everywhere';
  node: string;
  /** With scope from-pod. */
  pod?: string;
  rule?: DroppingRule;
}

export const dnsCodes = {
  'dns.coredns-down': { layer: 'k8s', priority: 'P1' },
  'dns.coredns-crashing': { layer: 'k8s', priority: 'P1' },
  'dns.replica-bad': { layer: 'k8s', priority: 'P1' },
  'dns.service-misconfigured': { layer: 'k8s', priority: 'P1' },
  'dns.resolv-conf-wrong': { layer: 'app', priority: 'P1' },
  'dns.record-missing': { layer: 'k8s', priority: 'P2' },
  'dns.corefile-rewrites-name': { layer: 'k8s', priority: 'P1' },
  'dns.zone-missing': { layer: 'k8s', priority: 'P1' },
  'dns.upstream-failing': { layer: 'physical', priority: 'P1' },
  'dns.udp-blocked': { layer: 'host', priority: 'P1' },
  'dns.truncation': { layer: 'host', priority: 'P2' },
  'dns.search-amplification': { layer: 'app', priority: 'P2' },
  'dns.intermittent-timeout': { layer: 'host', priority: 'P1' },
  'dns.api-access-lost': { layer: 'k8s', priority: 'P1' },
  'dns.node-cache-down': { layer: 'k8s', priority: 'P1' },
  'dns.overloaded': { layer: 'k8s', priority: 'P1' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;
