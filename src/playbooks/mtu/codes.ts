// Codes of findings about MTUs. Sentences are in messages/mtu-en.ts and mtu-zh.ts. All sizes are bytes of the whole IP packet.

import type { CodeDefinition, FindingCode } from '../../diagnosis/finding.ts';
import type { DroppingRule } from '../branches/dropping-rule.ts';

/** What to write where, so that all pods get an MTU that fits. */
export interface MtuRemedy {
  namespace: string;
  /** ConfigMap, the member in it, and its value. */
  configMap: string;
  key: string;
  value: number;
  daemonSet: string;
}

export interface PodMtuEntry {
  /** `namespace/name` */
  pod: string;
  mtu: number;
  /** Of the node's end of its cable, where that differs. */
  cableMtu?: number;
}

declare module '../../diagnosis/finding.ts' {
  interface FindingParams {
    'mtu.path-black-hole': {
      /** `nodes`: between their addresses; `pods`: only pods' packets of that size vanish. */
      between: 'nodes' | 'pods';
      /** The largest that got through, and what the ends believe they may send. */
      largest: number;
      believed: number;
      /** What pods may have for their packets to get through. */
      podMtu: number;
      /** Nodes that get on with each other. */
      peers: string[];
      /** One of a node that dropped packets meanwhile. Absent: none was seen to. */
      dropped?: { node: string; rule: DroppingRule };
      remedy?: MtuRemedy;
    };
    'mtu.overlay-too-large': {
      nodes: string[];
      /** `tunnel`: the device; `pods`: what the CNI gives to pods. */
      of: 'tunnel' | 'pods';
      device: string;
      mtu: number;
      overhead: number;
      /** What carries it, and how much that takes. */
      carrier: string;
      carrierMtu: number;
      podMtu: number;
      remedy?: MtuRemedy;
    };
    'mtu.pod-mismatch': {
      /** The subject first. */
      pods: PodMtuEntry[];
      /** What the CNI gives to new pods there. */
      expected: number;
    };
    'mtu.node-mismatch': {
      what: 'underlay' | 'tunnel' | 'bridge' | 'route';
      /** The device; of a route its words. */
      device: string;
      mtu: number;
      /** What the others have. */
      usual: number;
      others: string[];
      /** The largest that got through. Absent: nothing was seen to fail. */
      largest?: number;
    };
    'mtu.fragmentation': {
      /** A pod's packet, and what becomes of it in the tunnel. */
      packet: number;
      outer: number;
      /** What the underlay takes in one piece. */
      underlay: number;
      /** The underlay's device. Absent: it takes more, and something on the way less. */
      device?: string;
      /** Packets put together again while it was tried. */
      reassembled: number;
      podMtu: number;
      remedy?: MtuRemedy;
    };
  }
}

export const mtuCodes = {
  'mtu.path-black-hole': { layer: 'physical', priority: 'P2' },
  'mtu.overlay-too-large': { layer: 'virtual', priority: 'P2' },
  'mtu.pod-mismatch': { layer: 'virtual', priority: 'P2' },
  'mtu.node-mismatch': { layer: 'virtual', priority: 'P2' },
  'mtu.fragmentation': { layer: 'virtual', priority: 'P2' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;
