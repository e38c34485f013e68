// What a diagnosis examines. Only shapes and their validation; who asks and how it is spelled is `incidents/grammar.ts`.

export interface PodRef {
  namespace: string;
  name: string;
}

export type Protocol = 'tcp' | 'udp' | 'sctp';

export type Destination =
  | { kind: 'pod'; pod: PodRef }
  | { kind: 'service'; namespace: string; name: string }
  | { kind: 'node'; node: string }
  | { kind: 'address'; address: string }
  | { kind: 'name'; name: string };

export type Target =
  | { kind: 'cluster' }
  | { kind: 'pod'; pod: PodRef }
  | { kind: 'node'; node: string }
  | { kind: 'node-pair'; from: string; to: string }
  /** A DNS name; looked up from the pod's own network when one is given, else from the nodes. */
  | { kind: 'name'; name: string; pod?: PodRef }
  | {
      kind: 'flow';
      from: { kind: 'pod'; pod: PodRef } | { kind: 'node'; node: string };
      to: Destination;
      /** Absent: only reachability of the address is in question. */
      port?: number;
      protocol: Protocol;
    };

export type TargetResolution = { ok: true; target: Target } | { ok: false; problem: TargetProblem };

export type TargetProblem =
  | { kind: 'target-missing'; what: 'pod' | 'node' | 'namespace'; name: string; nearest: string[] }
  | { kind: 'target-ambiguous'; what: 'pod'; name: string; candidates: string[] };

// RFC 1123 label and subdomain, as the API server checks names (k8s.io/apimachinery validation.go).
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
// DNS names may hold underscores (SRV records) and a trailing dot; RFC 1035 2.3.4 limits them to 253 characters.
const DNS_NAME = /^[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?)*\.?$/i;

export const isNamespaceName = (text: string): boolean => LABEL.test(text);
export const isObjectName = (text: string): boolean => text.length <= 253 && SUBDOMAIN.test(text);
export const isDnsName = (text: string): boolean => text.length <= 254 && DNS_NAME.test(text);

/** One line for titles and keys: `shop/web-7f -> example.com`. Equal targets give equal lines. */
export function describeTarget(target: Target): string {
  switch (target.kind) {
    case 'cluster':
      return 'cluster';
    case 'pod':
      return podLine(target.pod);
    case 'node':
      return `node/${target.node}`;
    case 'node-pair':
      return `node/${target.from} -> node/${target.to}`;
    case 'name':
      return target.pod ? `${podLine(target.pod)} -> ${target.name}` : target.name;
    case 'flow': {
      const from = target.from.kind === 'pod' ? podLine(target.from.pod) : `node/${target.from.node}`;
      const port = target.port === undefined ? '' : `:${target.port}`;
      const protocol = target.protocol === 'tcp' ? '' : `/${target.protocol}`;
      return `${from} -> ${describeDestination(target.to)}${port}${protocol}`;
    }
  }
}

function describeDestination(to: Destination): string {
  switch (to.kind) {
    case 'pod':
      return podLine(to.pod);
    case 'service':
      return `${to.name}.${to.namespace}`;
    case 'node':
      return `node/${to.node}`;
    case 'address':
      return to.address;
    case 'name':
      return to.name;
  }
}

const podLine = (pod: PodRef): string => `${pod.namespace}/${pod.name}`;
