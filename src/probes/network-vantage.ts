// Where on a node a network probe runs: the node's own network, or that of a pod, found there by the pod's UID.

import type { NetworkNamespace } from '../cluster/access.ts';
import type { PodRef } from '../diagnosis/target.ts';

export type NetworkVantage =
  | { kind: 'node'; node: string }
  | { kind: 'pod'; node: string; pod: PodRef; podUid: string };

export const networkOf = (vantage: NetworkVantage): NetworkNamespace =>
  vantage.kind === 'node' ? 'host' : { podUid: vantage.podUid };
