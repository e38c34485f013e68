// Codes of findings about Services, and about kube-proxy, which makes them work on a node. Sentences are in
// messages/service-en.ts and service-zh.ts.

import type { CodeDefinition, FindingCode } from '../../../diagnosis/finding.ts';

/** An endpoint that nobody reaches. */
export interface DeadEndpoint {
  /** `address:port` */
  address: string;
  /** `namespace/name`; empty when no pod is known to have the address. */
  pod: string;
  /** As seen: `refused`, `timeout`, or the kernel's words. */
  result: string;
}

export interface UnreadyPod {
  name: string;
  /** Kubernetes' own words; may be empty. */
  why: string;
}

declare module '../../../diagnosis/finding.ts' {
  interface FindingParams {
    'service.missing': {
      /** `namespace/name`, as everywhere below. */
      service: string;
      /** The Service is there, and this port (`8080/tcp`) is none of its; absent: the Service is not there. */
      port?: string;
      /** Names like it; with `port`, the ports that it has. */
      nearest: string[];
    };
    'service.selector-matches-nothing': {
      service: string;
      /** `app=web,tier=front` */
      selector: string;
      /** The pod that it fits best, and where it does not; absent: no pod is like it. */
      nearest?: { pod: string; label: string; wanted: string; actual: string };
    };
    'service.no-ready-endpoints': {
      service: string;
      /** `unlisted`: pods are ready, and no EndpointSlice has them. `none-made`: without a selector nobody makes any. */
      cause: 'not-ready' | 'scaled-to-zero' | 'unlisted' | 'none-made';
      pods: UnreadyPod[];
      /** The Deployment that is scaled to zero; else empty. */
      workload: string;
    };
    'service.target-port-mismatch': {
      service: string;
      /** `80/tcp` */
      port: string;
      /** Number or name. */
      targetPort: string;
      /** `headless`: such a Service translates no port, and its pods listen on the target port only. */
      cause: 'nobody-listens' | 'name-absent' | 'headless';
      /** Ports that its pods listen on; with `name-absent`, those that they declare. */
      instead: string[];
    };
    'service.dead-endpoint': {
      service: string;
      dead: DeadEndpoint[];
      /** How many others answered. */
      alive: number;
    };
    'service.traffic-policy-no-local-endpoint': {
      service: string;
      /** Nodes that have an endpoint. */
      nodes: string[];
    };
    'service.hairpin-broken': {
      service: string;
      pod: string;
      /** The node's end of the pod's cable, and the bridge that it is a port of. */
      interface: string;
      bridge: string;
    };
    'service.not-programmed': {
      service: string;
      /** `address:port/protocol` */
      address: string;
      cause: 'missing' | 'rejected' | 'stale' | 'incomplete' | 'unmasqueraded';
      /** Where the rules lead and should not (`stale`), or without the node's address (`unmasqueraded`); else empty. */
      targets: string[];
      /** Chains in which the packets' way ends; else empty. */
      chains: string[];
    };
    'node.kube-proxy-down': {
      cause: 'refused' | 'silent' | 'behind';
      /** What its rules are like; `current`: right as long as nothing changes. */
      rules: 'wrong' | 'current';
    };
  }
}

/** Of what is wrong on one node. */
export const serviceOnNodeCodes = {
  'service.not-programmed': { layer: 'host', priority: 'P1' },
  'node.kube-proxy-down': { layer: 'host', priority: 'P1' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;

export const serviceCodes = {
  ...serviceOnNodeCodes,
  'service.missing': { layer: 'k8s', priority: 'P2' },
  'service.selector-matches-nothing': { layer: 'k8s', priority: 'P1' },
  'service.no-ready-endpoints': { layer: 'k8s', priority: 'P1' },
  'service.target-port-mismatch': { layer: 'k8s', priority: 'P1' },
  'service.dead-endpoint': { layer: 'k8s', priority: 'P1' },
  'service.traffic-policy-no-local-endpoint': { layer: 'k8s', priority: 'P1' },
  'service.hairpin-broken': { layer: 'virtual', priority: 'P2' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;
