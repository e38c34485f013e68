// Does the pod ask the cluster's DNS at all? Its resolv.conf as it sees it, tried from its own network: a resolver
// other than the cluster's is a fault only when the cluster's names do not resolve through it.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import { queryDns } from '../../probes/dns-query.ts';
import { lookupOrder, type ResolvConf } from '../../probes/resolver-config.ts';
import { dnsCodes } from './codes.ts';
import type { DnsInventory } from './inventory.ts';
import type { PodPlace } from './legs.ts';
import { answerOf, clusterName } from './names.ts';

// Kubernetes' own list (3 entries) and a node with as many: 2 x 7 queries. More than that is worth a word.
const MANY_LOOKUPS = 14;

export async function checkPodResolver(
  ask: Ask,
  inventory: DnsInventory,
  pod: Pod,
  place: PodPlace,
  file: Evidence<ResolvConf>,
): Promise<Finding[]> {
  if (file.status === 'unavailable') return [];
  const resolver = file.value;
  const expected =
    inventory.kubelet?.clusterDns ?? (inventory.address === undefined ? [] : [inventory.address]);
  const name = `${place.pod.namespace}/${place.pod.name}`;
  const finding = (
    cause: FindingParams['dns.resolv-conf-wrong']['cause'],
    actual: string[],
    right: string[],
    evidence: Evidence<unknown>[],
  ): Finding => ({
    code: 'dns.resolv-conf-wrong',
    ...dnsCodes['dns.resolv-conf-wrong'],
    params: { cause, pod: name, actual, expected: right },
    subject: { kind: 'pod', ...place.pod },
    node: place.node,
    confidence: 'proven',
    advisory: false,
    evidence: [file, ...evidence],
    explains: ['dns.record-missing', 'dns.upstream-failing'],
    remediations: [],
  });

  const [first] = resolver.nameservers;
  if (first === undefined || !expected.includes(first)) {
    const tried =
      first === undefined ? undefined : await ask(askDirectly(place, first, clusterName(inventory)));
    const reply = tried && answerOf(tried);
    const works = reply?.rcode === 'NOERROR' && reply.records.length > 0;
    if (!works && tried?.status !== 'unavailable')
      return [finding(causeOf(pod), resolver.nameservers, expected, tried ? [tried] : [])];
    return [];
  }

  const search = `svc.${inventory.domain}`;
  if (!resolver.search.map((entry) => entry.replace(/\.$/, '')).includes(search)) {
    const own = `${place.pod.namespace}.${search}`;
    return [finding('search-list', resolver.search, [own, search, inventory.domain], [])];
  }
  return amplification(name, place, resolver, file);
}

const askDirectly = (place: PodPlace, server: string, name: string) =>
  queryDns({
    vantage: { kind: 'pod', ...place },
    server,
    serverLabel: server,
    name,
    protocol: 'udp',
    times: 2,
    timeoutS: 1,
  });

function causeOf({ spec }: Pod): FindingParams['dns.resolv-conf-wrong']['cause'] {
  if (spec.hostNetwork && spec.dnsPolicy === 'ClusterFirst') return 'host-network';
  if (spec.dnsPolicy === 'Default') return 'policy-default';
  if (spec.dnsPolicy === 'None') return 'policy-none';
  return (spec.dnsConfig?.nameservers.length ?? 0) > 0 ? 'dns-config' : 'kubelet-differs';
}

function amplification(
  pod: string,
  place: PodPlace,
  resolver: ResolvConf,
  file: Evidence<unknown>,
): Finding[] {
  const example = 'api.example.com';
  // Resolvers ask for A and AAAA each time.
  const lookups = 2 * (lookupOrder(example, resolver).indexOf(`${example}.`) + 1);
  if (lookups <= MANY_LOOKUPS) return [];
  return [
    {
      code: 'dns.search-amplification',
      ...dnsCodes['dns.search-amplification'],
      params: { pod, name: example, lookups, ndots: resolver.ndots },
      subject: { kind: 'pod', ...place.pod },
      node: place.node,
      confidence: 'proven',
      advisory: true,
      evidence: [file],
      explains: [],
      remediations: [],
    },
  ];
}
