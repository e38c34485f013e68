// Is the answer for the cluster's own name right? If not: does CoreDNS serve the cluster's domain at all?

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import { isBelow } from '../../probes/corefile.ts';
import type { DnsReply } from '../../probes/dns-query.ts';
import { dnsCodes } from './codes.ts';
import { blocksOf, DNS_NAMESPACE, type DnsInventory, servedDomains } from './inventory.ts';
import { overridden } from './name-findings.ts';
import { answerOf, clusterName, describeReply, resolves } from './replies.ts';

/** What CoreDNS says of the cluster's own name, when that is wrong. */
export function checkClusterName(
  inventory: DnsInventory,
  evidence: Evidence<DnsReply[]>,
): Finding | undefined {
  const reply = answerOf(evidence);
  if (!reply || resolves(reply)) return undefined;
  const blocks = blocksOf(inventory);
  const served = servedDomains(blocks);
  const configmap = { kind: 'configmap', namespace: DNS_NAMESPACE, name: 'coredns' };
  if (inventory.corefile?.ok && !served.some((zone) => isBelow(clusterName(inventory), zone))) {
    const cause = served.length === 0 ? 'no-kubernetes-plugin' : 'other-domain';
    return {
      code: 'dns.zone-missing',
      ...dnsCodes['dns.zone-missing'],
      params: { cause, domain: inventory.domain, served },
      subject: configmap,
      confidence: 'proven',
      advisory: false,
      evidence: [evidence, inventory.evidence.corefile],
      explains: ['dns.record-missing', 'dns.api-access-lost'],
      remediations: [],
    };
  }
  return overridden(inventory, clusterName(inventory), describeReply(reply), '', [evidence]);
}
