// Findings about a name: answered by a line of the Corefile, unknown to a CoreDNS that is not watching, or missing.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import { overridesFor } from '../../probes/corefile-overrides.ts';
import { dnsCodes } from './codes.ts';
import { blocksOf, DNS_NAMESPACE, type DnsInventory } from './inventory.ts';

/** Undefined when no line of the Corefile concerns the name. */
export function overridden(
  inventory: DnsInventory,
  name: string,
  answered: string,
  expected: string,
  evidence: Evidence<unknown>[],
): Finding | undefined {
  const [override] = overridesFor(blocksOf(inventory), name);
  if (!override) return undefined;
  return {
    code: 'dns.corefile-rewrites-name',
    ...dnsCodes['dns.corefile-rewrites-name'],
    params: { name: withoutDot(name), answered, expected, directive: override.text, line: override.line },
    subject: { kind: 'configmap', namespace: DNS_NAMESPACE, name: 'coredns' },
    confidence: 'proven',
    advisory: false,
    evidence: [...evidence, inventory.evidence.corefile],
    explains: ['dns.record-missing', 'dns.api-access-lost'],
    remediations: [],
  };
}

export function recordMissing(
  why: FindingParams['dns.record-missing']['why'],
  name: string,
  nearest: string[],
  evidence: Evidence<unknown>[],
): Finding {
  return {
    code: 'dns.record-missing',
    ...dnsCodes['dns.record-missing'],
    params: { why, name: withoutDot(name), nearest },
    subject: { kind: 'name', name: withoutDot(name) },
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: [],
    remediations: [],
  };
}

/** The object is there, nothing in the Corefile hides it, and CoreDNS does not know it: it is not watching. */
export function notWatching(
  inventory: DnsInventory,
  answered: string,
  evidence: Evidence<unknown>[],
): Finding | undefined {
  // An unread Corefile may hide the name.
  if (!inventory.corefile?.ok) return undefined;
  return {
    code: 'dns.api-access-lost',
    ...dnsCodes['dns.api-access-lost'],
    params: {
      cause: 'unknown',
      pods: inventory.pods.map(({ metadata }) => metadata.name),
      user: '',
      line: answered,
    },
    subject: {
      kind: 'deployment',
      namespace: DNS_NAMESPACE,
      name: inventory.deployment?.metadata.name ?? 'coredns',
    },
    confidence: 'likely',
    advisory: false,
    evidence,
    explains: [],
    remediations: [],
  };
}

const withoutDot = (name: string): string => name.replace(/\.$/, '');
