// What playbooks ask of a CNI: how it attaches pods, how it carries their traffic between nodes, what it should have
// programmed for a peer. One profile a CNI beside this file; there is no playbook-by-CNI matrix. Pure.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Node } from '../../probes/api-objects.ts';

export interface CniProfile {
  /** As in `Facts.cni`. */
  id: string;
  /** Reads the CNI's own configuration once per diagnosis; what cannot be read is left unknown, never assumed. */
  describe(ask: Ask, facts: Facts): Promise<CniNetwork>;
}

export interface CniNetwork {
  cni: string;
  /** `bridge`: pods are ports of one bridge a node; `routed`: a host route for each pod; `unknown`: nothing is expected. */
  attachment: 'bridge' | 'routed' | 'unknown';
  /** Name of that bridge (`cni0`). Absent with other attachments. */
  bridge?: string;
  /** As configured; a node may differ, which is then a finding. */
  encapsulation: Encapsulation;
  /** Whether something of this CNI enforces NetworkPolicies. */
  enforcesPolicies: boolean;
  agent: CniAgent;
  /** Configuration file in /etc/cni/net.d that this CNI installs; absent: not known. */
  configFile?: string;
  /** Type of its own plugin, by which its configuration is told from others'. Absent: not known. */
  plugin?: string;
  /** What its plugin cannot attach a pod without, and its agent writes. Absent: there is none, or it is not known. */
  stateFile?: StateFile;
  /** Networks in which pods have their addresses (CIDR); empty: not known. */
  podNetworks: string[];
  /** Where what is said here was read. */
  evidence: Evidence<unknown>[];
  /** The MTU that pods should get from this node's underlay MTU. Undefined: not known. */
  podMtu(underlayMtu: number): number | undefined;
  /** The file of a node in which its plugin reads the MTU for new pods. Absent: not known. */
  podMtuFile?: { path: string; read(text: string): number | undefined };
  /** Where the MTU is set for all nodes. Absent: not known. */
  mtuSetting?: MtuSetting;
  /** Addresses of the node itself inside the pod network, those that answer from other nodes first; may be empty. */
  podNetworkAddresses(node: Node): string[];
  /** What `node` must hold so that it can reach pods on `peer`. Undefined: not known for this CNI. */
  peerEntries(node: Node, peer: Node): PeerEntries | undefined;
}

export type Encapsulation =
  | { kind: 'none' }
  | {
      kind: 'vxlan';
      device: string;
      vni: number;
      /** UDP port. */
      port: number;
      overheadBytes: number;
    }
  | { kind: 'unknown' };

export interface StateFile {
  path: string;
  /** Undefined: the text lacks what the plugin needs, which `lacks` then names. */
  read(text: string): PodRange | { lacks: string };
}

/** The range from which a node's plugin gives addresses; both absent where the file holds none. */
export interface PodRange {
  /** CIDR. */
  range?: string;
  /** What the node's bridge must have, with its prefix. */
  bridgeAddress?: string;
}

export interface MtuSetting {
  /** ConfigMap in the agent's namespace, and the member in it. */
  configMap: string;
  key: string;
  /** What to write there when the underlay carries that much. */
  valueFor(underlayMtu: number): number;
}

export interface CniAgent {
  namespace: string;
  /** Of its DaemonSet and the value of the label that its pods carry. */
  daemonSet: string;
  labelSelector: string;
  container: string;
  /** ConfigMap with its settings, in the same namespace. */
  configMap?: string;
  /** What it cannot do without at the API server. Absent: not known. */
  needs?: ApiNeed[];
}

export interface ApiNeed {
  verb: string;
  /** API group; empty for the core. */
  group: string;
  resource: string;
}

export interface PeerEntries {
  route: { destination: string; gateway: string; device?: string };
  /** The peer's tunnel address and the MAC behind it. */
  neighbour?: { address: string; mac: string; device: string };
  /** Where the tunnel device must send frames for that MAC. */
  forwarding?: { mac: string; destination: string; device: string };
}
