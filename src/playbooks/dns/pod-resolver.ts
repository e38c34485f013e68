// Does the pod ask the cluster's DNS at all? Its resolv.conf as it sees it, tried from its own network: a resolver
// other than the cluster's is a fault only when the cluster's names do not resolve through it.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Target } from '../../diagnosis/target.ts';
import type { Pod } from '../../probes/api-objects.ts';
import { queryDns } from '../../probes/dns-query.ts';
import { lookupOrder, type ResolvConf } from '../../probes/resolver-config.ts';
import { dnsCodes } from './codes.ts';
import type { DnsInventory } from './inventory.ts';
import type { PodPlace } from './legs.ts';
import { answerOf, clusterName } from './replies.ts';
import type { DnsSubject } from './subject.ts';

// Kubernetes' own list (3 entries) and a node with as many: 2 x 7 queries. More than that is worth a word.
const MANY_LOOKUPS = 14;

export async function checkPodResolver(
  ask: Ask,
  inventory: DnsInventory,
  { pod, place, resolver: file }: DnsSubject & { kind: 'pod' },
  target: Target,
): Promise<Finding[]> {
  if (file.status === 'unavailable') return [];
  // CoreDNS asks the node's resolvers by design: asking itself would be a loop.
  if (inventory.pods.some(({ metadata }) => metadata.uid === pod.metadata.uid)) return [];
  const resolver = file.value;
  const expected =
    inventory.kubelet?.clusterDns ?? (inventory.address === undefined ? [] : [inventory.address]);
  const [first] = resolver.nameservers;
  const search = `svc.${inventory.domain}`;
  const searches = resolver.search.map((entry) => entry.replace(/\.$/, '')).includes(search);
  if (first !== undefined && expected.includes(first) && searches)
    return amplification(place, resolver, file);

  const asked = target.kind === 'name' ? target.name : undefined;
  const { works, evidence } = await tryNames(ask, place, first, asked, resolver, inventory);
  if (works === undefined || (works && asked === undefined)) return [];
  const own = [`${place.pod.namespace}.${search}`, search, inventory.domain];
  const wrong =
    first === undefined || !expected.includes(first)
      ? { cause: causeOf(pod), actual: resolver.nameservers, expected }
      : { cause: 'search-list' as const, actual: resolver.search, expected: own };
  return [
    {
      code: 'dns.resolv-conf-wrong',
      ...dnsCodes['dns.resolv-conf-wrong'],
      params: { pod: `${place.pod.namespace}/${place.pod.name}`, ...wrong },
      subject: { kind: 'pod', ...place.pod },
      node: place.node,
      confidence: 'proven',
      // The name that was asked about resolves all the same; others will not.
      advisory: works,
      evidence: [file, ...evidence],
      explains: [],
      remediations: [],
    },
  ];
}

/** As an application in the pod would look it up. Without a name in question, two that every cluster has must resolve. */
async function tryNames(
  ask: Ask,
  place: PodPlace,
  server: string | undefined,
  asked: string | undefined,
  resolver: ResolvConf,
  inventory: DnsInventory,
): Promise<{ works: boolean | undefined; evidence: Evidence<unknown>[] }> {
  if (server === undefined) return { works: false, evidence: [] };
  const wanted = asked === undefined ? [clusterName(inventory), 'kubernetes.default'] : [asked];
  const looked = await Promise.all(
    wanted.map((name) =>
      Promise.all(lookupOrder(name, resolver).map((full) => ask(askDirectly(place, server, full)))),
    ),
  );
  const evidence = looked.flat();
  if (evidence.every(({ status }) => status === 'unavailable')) return { works: undefined, evidence };
  const works = looked.every((replies) =>
    replies.some((reply) => {
      const answer = answerOf(reply);
      return answer?.rcode === 'NOERROR' && answer.records.length > 0;
    }),
  );
  return { works, evidence };
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

function amplification(place: PodPlace, resolver: ResolvConf, file: Evidence<unknown>): Finding[] {
  const example = 'api.example.com';
  // Resolvers ask for A and AAAA each time.
  const lookups = 2 * (lookupOrder(example, resolver).indexOf(`${example}.`) + 1);
  if (lookups <= MANY_LOOKUPS) return [];
  return [
    {
      code: 'dns.search-amplification',
      ...dnsCodes['dns.search-amplification'],
      params: {
        pod: `${place.pod.namespace}/${place.pod.name}`,
        name: example,
        lookups,
        ndots: resolver.ndots,
      },
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
