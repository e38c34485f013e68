// Where on a node a network probe runs: the node's own network, or that of a pod, found there by the pod's UID.

import type { NetworkNamespace } from '../cluster/access.ts';
import type { Vantage } from '../diagnosis/probe.ts';
import type { PodRef } from '../diagnosis/target.ts';

export type NetworkVantage =
  | { kind: 'node'; node: string }
  | { kind: 'pod'; node: string; pod: PodRef; podUid: string };

export const networkOf = (vantage: NetworkVantage): NetworkNamespace =>
  vantage.kind === 'node' ? 'host' : { podUid: vantage.podUid };

/** Without the UID, which is how the agent finds the pod and nothing that a reader wants. */
export const vantageOf = (vantage: NetworkVantage): Vantage =>
  vantage.kind === 'node'
    ? { kind: 'node', node: vantage.node }
    : { kind: 'pod', pod: vantage.pod, node: vantage.node };
