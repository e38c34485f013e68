// The finding codes about a pod's own network and state: parameters, layer and default priority. Meanings: docs/findings.md.
// `pod.firewalled` is beside the search for such rules, in branches/dropping-rule.ts.

import type { CodeDefinition, FindingCode } from '../../../diagnosis/finding.ts';
import type { Protocol } from '../../../diagnosis/target.ts';

declare module '../../../diagnosis/finding.ts' {
  interface FindingParams {
    'pod.not-running': {
      pod: string;
      cause: 'unschedulable' | 'image' | 'crashing' | 'ended' | 'terminating' | 'waiting';
      /** Empty when it is about the pod as a whole. */
      container: string;
      restarts: number;
      /** Kubernetes' own words; empty when there are none. */
      detail: string;
    };
    'pod.not-ready': {
      pod: string;
      container: string;
      /** The kubelet's words on the probe that fails; empty when it said nothing. */
      detail: string;
    };
    'pod.sandbox-failed': {
      pod: string;
      /** From the catalogue of sandbox errors; `unknown` when it has no such text. */
      cause: string;
      detail: string;
    };
    'pod.interface-missing': { pod: string; address: string };
    /** `without-arp`: up, and set not to ask or answer for addresses. */
    'pod.interface-down': { pod: string; interface: string; cause: 'down' | 'without-arp' };
    'pod.loopback-down': { pod: string };
    'pod.address-missing': { pod: string; interface: string; expected: string; actual: string[] };
    /** `destination`: `default`, or the address that was asked for. */
    'pod.route-missing': { pod: string; destination: string };
    'pod.route-wrong': {
      pod: string;
      /** `default`, or the address that was asked for. */
      destination: string;
      cause: 'device' | 'gateway' | 'on-link' | 'rejected';
      actual: string;
      /** Empty where there is no one right value. */
      expected: string;
    };
    'pod.host-veth-down': {
      pod: string;
      cause: 'down' | 'gone';
      /** The node's end; empty when it is gone. */
      interface: string;
    };
    'pod.host-veth-detached': {
      pod: string;
      cause: 'no-bridge' | 'other-bridge' | 'port-closed' | 'isolated' | 'no-route';
      interface: string;
      /** Empty for CNIs that route. */
      bridge: string;
      /** The other bridge or the state of the port; else empty. */
      actual: string;
    };
    'pod.duplicate-ip': {
      /** Whose address it is; of a gateway's: who else answers for it. */
      pod: string;
      address: string;
      of: 'pod' | 'gateway';
      /** Everybody who answers for it, names where they are known, else MAC addresses. */
      owners: string[];
    };
    'pod.neighbour-stale': {
      pod: string;
      /** Whose table it is: a pod's or a node's name. */
      holder: string;
      /** Whose entry it is: an address, or a MAC in a bridge's forwarding table. */
      entry: string;
      of: 'pod' | 'gateway';
      table: 'neighbour' | 'forwarding';
      device: string;
      actual: string;
      expected: string;
      permanent: boolean;
    };
    'pod.not-listening': {
      /** Pod or node. */
      place: string;
      port: number;
      protocol: Protocol;
      /** Ports of that protocol that do listen, for all addresses. */
      listening: number[];
    };
    'pod.listening-on-loopback': { place: string; port: number; protocol: Protocol; address: string };
    'pod.application-slow': { pod: string; port: number; connectMs: number; waitedS: number };
  }
}

export const podCodes = {
  'pod.not-running': { layer: 'app', priority: 'P2' },
  'pod.not-ready': { layer: 'app', priority: 'P2' },
  'pod.sandbox-failed': { layer: 'cni', priority: 'P1' },
  'pod.interface-missing': { layer: 'virtual', priority: 'P0' },
  'pod.interface-down': { layer: 'virtual', priority: 'P0' },
  'pod.loopback-down': { layer: 'virtual', priority: 'P2' },
  'pod.address-missing': { layer: 'virtual', priority: 'P0' },
  'pod.route-missing': { layer: 'virtual', priority: 'P0' },
  'pod.route-wrong': { layer: 'virtual', priority: 'P0' },
  'pod.host-veth-down': { layer: 'virtual', priority: 'P0' },
  'pod.host-veth-detached': { layer: 'virtual', priority: 'P0' },
  'pod.duplicate-ip': { layer: 'cni', priority: 'P0' },
  'pod.neighbour-stale': { layer: 'virtual', priority: 'P1' },
  'pod.not-listening': { layer: 'app', priority: 'P2' },
  'pod.listening-on-loopback': { layer: 'app', priority: 'P2' },
  'pod.application-slow': { layer: 'app', priority: 'P2' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;
