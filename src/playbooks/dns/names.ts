// Are the answers right? The cluster's own name, the name the user asked about, and a name outside the cluster, each
// held against what the cluster's objects, the Corefile and the upstream resolvers say.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { EndpointSlice, Namespace, Service } from '../../probes/api-objects.ts';
import { getObject, listObjects } from '../../probes/api-reads.ts';
import { isBelow } from '../../probes/corefile.ts';
import { overridesFor } from '../../probes/corefile-overrides.ts';
import { type DnsReply, queryDns } from '../../probes/dns-query.ts';
import { nearestNames } from '../../probes/nearest-names.ts';
import { lookupOrder, type ResolvConf } from '../../probes/resolver-config.ts';
import { dnsCodes } from './codes.ts';
import { blocksOf, DNS_NAMESPACE, type DnsInventory, servedDomains } from './inventory.ts';
import type { Place, Server } from './legs.ts';
import { checkUpstreams } from './upstreams.ts';

/** Every cluster has it: the name of the API server's Service. */
export const clusterName = (inventory: DnsInventory): string => `kubernetes.default.svc.${inventory.domain}.`;

export type Reply = DnsReply & { kind: 'answer' };

/** The last answer; the response codes of one server do not differ within three seconds. */
export const answerOf = (evidence: Evidence<DnsReply[]>): Reply | undefined =>
  evidence.status === 'observed' ? evidence.value.findLast((reply) => reply.kind === 'answer') : undefined;

const resolves = (reply: Reply | undefined): boolean =>
  reply?.rcode === 'NOERROR' && reply.records.length > 0;

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

/** How the asked name fares; undefined when its answer is right. */
export async function checkAskedName(
  ask: Ask,
  inventory: DnsInventory,
  asked: { name: string; place: Place; server: Server; resolver: ResolvConf },
): Promise<Finding | undefined> {
  const candidates = lookupOrder(asked.name, asked.resolver);
  const replies = await Promise.all(
    candidates.map(async (name) => ({ name, evidence: await ask(lookUp(asked.place, asked.server, name)) })),
  );
  const hit = replies.find(({ evidence }) => resolves(answerOf(evidence)));
  const meant = await meantService(ask, inventory, candidates);
  if (hit) {
    const wrong = meant && wrongAnswer(hit.evidence, meant);
    return wrong
      ? overridden(inventory, hit.name, wrong.answered, wrong.expected, [hit.evidence, meant.evidence])
      : undefined;
  }
  // Of all that was tried, the name that the user most likely means decides.
  const decisive = replies.find(({ name }) => name === meant?.name) ?? replies.at(-1);
  if (!decisive) return undefined;
  if (meant) return missingService(ask, inventory, meant, decisive.evidence);
  return missingOutside(ask, inventory, decisive.name, decisive.evidence);
}

const lookUp = ({ vantage }: Place, server: Server, name: string) =>
  queryDns({
    vantage,
    server: server.address,
    port: server.port,
    serverLabel: server.label,
    name,
    protocol: 'udp',
    times: 1,
    timeoutS: 3,
  });

interface MeantService {
  /** The candidate that is the Service's full name. */
  name: string;
  namespace: string;
  service: string;
  object: Service | undefined;
  evidence: Evidence<unknown>;
}

/** The Service behind the first candidate of the form [...].service.namespace.svc.domain whose namespace exists. */
async function meantService(
  ask: Ask,
  inventory: DnsInventory,
  candidates: string[],
): Promise<MeantService | undefined> {
  const suffix = `.svc.${inventory.domain}.`;
  const parsed = candidates.flatMap((name) => {
    const labels = name.toLowerCase().endsWith(suffix) ? name.slice(0, -suffix.length).split('.') : [];
    const [namespace, service] = [labels.at(-1), labels.at(-2)];
    return namespace !== undefined && service !== undefined ? [{ name, namespace, service }] : [];
  });
  const looked = await Promise.all(
    parsed.map(async (each) => ({
      ...each,
      found: await ask(getObject('services', Service, each.service, each.namespace)),
      home: await ask(getObject('namespaces', Namespace, each.namespace)),
    })),
  );
  const existing = looked.find(({ found }) => found.status === 'observed' && found.value.found);
  // A name written out in full means a Service even when its namespace does not exist.
  const written = parsed.length === candidates.length || candidates[0]?.toLowerCase().endsWith(suffix);
  const housed = looked.find(({ home }) => home.status === 'observed' && home.value.found);
  const chosen = existing ?? housed ?? (written && parsed.length === 1 ? looked[0] : undefined);
  if (!chosen) return undefined;
  const object =
    chosen.found.status === 'observed' && chosen.found.value.found ? chosen.found.value.object : undefined;
  return {
    name: chosen.name,
    namespace: chosen.namespace,
    service: chosen.service,
    object,
    evidence: chosen.found,
  };
}

function wrongAnswer(
  evidence: Evidence<DnsReply[]>,
  meant: MeantService,
): { answered: string; expected: string } | undefined {
  const reply = answerOf(evidence);
  const { clusterIP, clusterIPs = [] } = meant.object?.spec ?? {};
  if (!reply || !clusterIP || clusterIP === 'None') return undefined;
  const addresses = reply.records
    .filter(({ type }) => type === 'A' || type === 'AAAA')
    .map(({ data }) => data);
  if (
    addresses.length === 0 ||
    addresses.some((address) => address === clusterIP || clusterIPs.includes(address))
  )
    return undefined;
  return { answered: addresses.join(', '), expected: clusterIP };
}

async function missingService(
  ask: Ask,
  inventory: DnsInventory,
  meant: MeantService,
  evidence: Evidence<DnsReply[]>,
): Promise<Finding | undefined> {
  const reply = answerOf(evidence);
  if (!reply || meant.evidence.status === 'unavailable') return undefined;
  if (!meant.object) return noSuchService(ask, meant, evidence);
  const { clusterIP } = meant.object.spec;
  const answered = describeReply(reply);
  const override = overridden(inventory, meant.name, answered, clusterIP, [evidence, meant.evidence]);
  if (override) return override;
  if (clusterIP === 'None' && !(await hasReadyEndpoint(ask, meant)))
    return recordMissing('no-ready-endpoints', meant.name, [], [evidence, meant.evidence]);
  // The object is there, nothing in the Corefile hides it, and CoreDNS does not know it: it is not watching.
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
    evidence: [evidence, meant.evidence],
    explains: [],
    remediations: [],
  };
}

async function noSuchService(ask: Ask, meant: MeantService, evidence: Evidence<unknown>): Promise<Finding> {
  const [services, namespaces] = await Promise.all([
    ask(listObjects('services', Service)),
    ask(listObjects('namespaces', Namespace)),
  ]);
  const homes = namespaces.status === 'observed' ? namespaces.value.map(({ metadata }) => metadata.name) : [];
  if (namespaces.status === 'observed' && !homes.includes(meant.namespace))
    return recordMissing('no-such-namespace', meant.name, nearestNames(meant.namespace, homes), [
      evidence,
      namespaces,
    ]);
  const all = services.status === 'observed' ? services.value : [];
  const here = all
    .filter(({ metadata }) => metadata.namespace === meant.namespace)
    .map(({ metadata }) => metadata.name);
  const elsewhere = all
    .filter(({ metadata }) => metadata.name === meant.service)
    .map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
  const nearest = [
    ...elsewhere,
    ...nearestNames(meant.service, here).map((name) => `${name}.${meant.namespace}`),
  ];
  return recordMissing('no-such-service', meant.name, nearest.slice(0, 3), [evidence, meant.evidence]);
}

async function hasReadyEndpoint(ask: Ask, meant: MeantService): Promise<boolean> {
  const slices = await ask(
    listObjects('endpointslices', EndpointSlice, {
      namespace: meant.namespace,
      labelSelector: `kubernetes.io/service-name=${meant.service}`,
    }),
  );
  if (slices.status === 'unavailable') return true;
  return slices.value.some(({ endpoints }) => endpoints.some(({ conditions }) => conditions.ready));
}

/** A name outside the cluster that does not resolve: hidden by the Corefile, unknown to the world, or no upstream. */
async function missingOutside(
  ask: Ask,
  inventory: DnsInventory,
  name: string,
  evidence: Evidence<DnsReply[]>,
): Promise<Finding | undefined> {
  const reply = answerOf(evidence);
  const upstreams = await checkUpstreams(ask, inventory, name, evidence);
  if (upstreams.finding) return upstreams.finding;
  const override = overridden(inventory, name, reply ? describeReply(reply) : 'timeout', '', [evidence]);
  if (override) return override;
  if (reply?.rcode === 'NXDOMAIN' && upstreams.says === 'NXDOMAIN')
    return recordMissing('upstream-says-no', name, [], [evidence, ...upstreams.evidence]);
  return undefined;
}

function overridden(
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
    params: { name, answered, expected, directive: override.text, line: override.line },
    subject: { kind: 'configmap', namespace: DNS_NAMESPACE, name: 'coredns' },
    confidence: 'proven',
    advisory: false,
    evidence: [...evidence, inventory.evidence.corefile],
    explains: ['dns.record-missing', 'dns.api-access-lost'],
    remediations: [],
  };
}

function recordMissing(
  why: FindingParams['dns.record-missing']['why'],
  name: string,
  nearest: string[],
  evidence: Evidence<unknown>[],
): Finding {
  return {
    code: 'dns.record-missing',
    ...dnsCodes['dns.record-missing'],
    params: { why, name, nearest },
    subject: { kind: 'name', name },
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: [],
    remediations: [],
  };
}

const describeReply = (reply: Reply): string =>
  reply.records.length > 0
    ? reply.records.map(({ data }) => data).join(', ')
    : reply.rcode === 'NOERROR'
      ? 'NODATA'
      : reply.rcode;
