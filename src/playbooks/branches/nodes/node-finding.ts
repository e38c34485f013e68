// What findings about a node's own network state share: they sit on that node, were seen there, and whatever leaves its
// pods fails with them.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { CodeDefinition, Finding, FindingCode } from '../../../diagnosis/finding.ts';
import type { CniAgent } from '../../cni/network.ts';
import type { AgentRef } from './node-codes.ts';

/** Symptoms that any broken way between nodes brings about. It stops TCP and UDP alike: one alone has another cause. */
export const SYMPTOMS: FindingCode[] = [
  'node.tunnel-port-blocked',
  'node.packet-loss',
  'dns.replica-bad',
  'dns.intermittent-timeout',
  'dns.upstream-failing',
  'dns.api-access-lost',
];

/** Where a share of the packets passes, what is sent again gets through, and the rest does not. */
export const SYMPTOMS_OF_LOSS: FindingCode[] = [...SYMPTOMS, 'dns.udp-blocked', 'dns.truncation'];

export const nodeFinding = (
  node: string,
  definition: CodeDefinition,
  evidence: Evidence<unknown>[],
  explains: FindingCode[] = [],
) =>
  ({
    ...definition,
    subject: { kind: 'node', name: node },
    node,
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: [...explains, ...SYMPTOMS],
    remediations: [],
  }) satisfies Partial<Finding>;

export const observedOr = <T>(evidence: Evidence<T>, otherwise: T): T =>
  evidence.status === 'observed' ? evidence.value : otherwise;

export const agentOf = ({ namespace, labelSelector }: CniAgent): AgentRef => ({ namespace, labelSelector });
