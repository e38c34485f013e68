// Is a node's connection table full? Then new connections fail while old ones go on.

import type { Finding } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { readConnectionLimit, readTrackedConnections } from '../../../probes/conntrack.ts';
import { nodeCodes } from './node-codes.ts';
import { nodeFinding } from './node-finding.ts';

// The kernel drops early well before the last entry is taken (net/netfilter/nf_conntrack_core.c, early_drop).
const FULL_SHARE = 0.95;

export async function checkTrackedConnections(ask: Ask, node: string): Promise<Finding[]> {
  const [tracked, limit] = await Promise.all([
    ask(readTrackedConnections(node)),
    ask(readConnectionLimit(node)),
  ]);
  if (tracked.status === 'unavailable' || limit.status === 'unavailable' || limit.value <= 0) return [];
  if (tracked.value < limit.value * FULL_SHARE) return [];
  const definition = nodeCodes['node.conntrack-full'];
  return [
    {
      code: 'node.conntrack-full',
      params: { entries: tracked.value, limit: limit.value },
      ...nodeFinding(
        node,
        definition,
        [tracked, limit],
        ['node.underlay-unreachable', 'dns.udp-blocked', 'dns.truncation'],
      ),
    },
  ];
}
