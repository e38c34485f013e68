// The name that the user asked about, held against what the cluster's objects, the Corefile and the upstreams say of it.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { EndpointSlice, Namespace, Service } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import type { DnsReply } from '../../probes/dns-query.ts';
import { nearestNames } from '../../probes/nearest-names.ts';
import { lookupOrder, type ResolvConf } from '../../probes/resolver-config.ts';
import type { DnsInventory } from './inventory.ts';
import type { Place, Server } from './legs.ts';
import { findMeantService, type MeantService } from './meant-service.ts';
import { notWatching, overridden, recordMissing } from './name-findings.ts';
import { answerOf, describeReply, isAlive, lookUp, outsideQuery, resolves } from './replies.ts';
import { askUpstreams, judgeUpstreams } from './upstreams.ts';

export interface AskedName {
  /** As the user wrote it. */
  name: string;
  place: Place;
  server: Server;
  resolver: ResolvConf;
}

/** Sends ahead what `checkAskedName` will want to know, so that it need not wait one answer after the other. */
export function sendAhead(ask: Ask, inventory: DnsInventory, asked: AskedName): Promise<unknown> {
  const candidates = lookupOrder(asked.name, asked.resolver);
  return Promise.all([
    ...candidates.map((name) => ask(lookUp(asked.place, asked.server, name))),
    askUpstreams(ask, inventory, absolute(asked.name)),
    findMeantService(ask, asked.name, inventory.domain, homeOf(asked.resolver, inventory.domain)),
  ]);
}

export interface AskedNameCheck {
  resolves: boolean;
  /** It means nothing in the cluster, so that it depends on the upstreams. */
  outside: boolean;
  finding: Finding | undefined;
}

/** How the asked name fares; undefined when its answer is right. */
export async function checkAskedName(
  ask: Ask,
  inventory: DnsInventory,
  asked: AskedName,
): Promise<AskedNameCheck> {
  const candidates = lookupOrder(asked.name, asked.resolver);
  const home = homeOf(asked.resolver, inventory.domain);
  const [meant, ...replies] = await Promise.all([
    findMeantService(ask, asked.name, inventory.domain, home),
    ...candidates.map(async (name) => ({
      name,
      evidence: await ask(lookUp(asked.place, asked.server, name)),
    })),
  ]);
  const hit = replies.find(({ evidence }) => resolves(answerOf(evidence)));
  const outside = meant === undefined;
  if (hit) {
    const finding = meant && checkAddress(inventory, hit, meant);
    return { resolves: finding === undefined, outside, finding };
  }
  // Of all that was tried, the name that is meant decides; for a name outside, the one without any search entry.
  const decisive = replies.find(({ name }) => name === (meant?.name ?? absolute(asked.name)));
  if (!decisive) return { resolves: false, outside, finding: undefined };
  if (await hasIpv6Only(ask, asked, decisive)) return { resolves: true, outside, finding: undefined };
  const finding = meant
    ? await missingService(ask, inventory, meant, decisive.evidence)
    : await missingOutside(ask, inventory, asked, decisive);
  return { resolves: false, outside, finding };
}

/** No A record, and no fault: the name has an AAAA record. */
async function hasIpv6Only(
  ask: Ask,
  { place, server }: AskedName,
  { name, evidence }: { name: string; evidence: Evidence<DnsReply[]> },
): Promise<boolean> {
  if (answerOf(evidence)?.rcode !== 'NOERROR') return false;
  return resolves(answerOf(await ask(lookUp(place, server, name, 'AAAA'))));
}

const absolute = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/** The first entry of a pod's search list begins with its namespace. */
const homeOf = (resolver: ResolvConf, domain: string): string | undefined =>
  resolver.search.find((entry) => entry.endsWith(`.svc.${domain}`))?.split('.')[0];

/** An address that is not the Service's: something in the Corefile says so, or CoreDNS knows an older Service. */
function checkAddress(
  inventory: DnsInventory,
  { name, evidence }: { name: string; evidence: Evidence<DnsReply[]> },
  meant: MeantService,
): Finding | undefined {
  const { clusterIP, clusterIPs = [] } = meant.object?.spec ?? {};
  if (!clusterIP || clusterIP === 'None') return undefined;
  const addresses = (answerOf(evidence)?.records ?? [])
    .filter(({ type }) => type === 'A' || type === 'AAAA')
    .map(({ data }) => data);
  if (
    addresses.length === 0 ||
    addresses.some((address) => address === clusterIP || clusterIPs.includes(address))
  )
    return undefined;
  const answered = addresses.join(', ');
  const proof = [evidence, meant.evidence];
  return overridden(inventory, name, answered, clusterIP, proof) ?? notWatching(inventory, answered, proof);
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
  if (clusterIP === 'None') {
    const slices = await readSlices(ask, meant);
    // Without them nobody knows whether the name should have an address.
    if (slices.status === 'unavailable') return undefined;
    const isEmpty = !slices.value.some(({ endpoints }) =>
      endpoints.some(({ conditions }) => conditions.ready),
    );
    if (isEmpty) return recordMissing('no-ready-endpoints', meant.name, [], [evidence, slices]);
  }
  return notWatching(inventory, answered, [evidence, meant.evidence]);
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

const readSlices = (ask: Ask, meant: MeantService): Promise<Evidence<EndpointSlice[]>> =>
  ask(
    listObjects('endpointslices', EndpointSlice, {
      namespace: meant.namespace,
      labelSelector: `kubernetes.io/service-name=${meant.service}`,
    }),
  );

/** A name outside the cluster that does not resolve: hidden by the Corefile, unknown to the world, or no upstream. */
async function missingOutside(
  ask: Ask,
  inventory: DnsInventory,
  asked: AskedName,
  { name, evidence }: { name: string; evidence: Evidence<DnsReply[]> },
): Promise<Finding | undefined> {
  const reply = answerOf(evidence);
  const upstreams = judgeUpstreams(inventory, evidence, await askUpstreams(ask, inventory, name));
  if (upstreams.finding)
    return (await outsideWorks(ask, inventory, asked)) ? forThisName(upstreams.finding) : upstreams.finding;
  const override = overridden(inventory, name, reply ? describeReply(reply) : 'timeout', '', [evidence]);
  if (override) return override;
  if (reply?.rcode === 'NXDOMAIN' && upstreams.says === 'NXDOMAIN')
    return recordMissing('upstream-says-no', name, [], [evidence, ...upstreams.evidence]);
  return undefined;
}

const outsideWorks = async (
  ask: Ask,
  inventory: DnsInventory,
  { place, server }: AskedName,
): Promise<boolean> => isAlive(answerOf(await ask(outsideQuery(inventory, place, server))));

/** Other outside names resolve: the upstream lives, and has a quarrel with this one. */
const forThisName = (finding: Finding): Finding =>
  finding.code === 'dns.upstream-failing'
    ? { ...finding, params: { ...finding.params, cause: 'answers-errors' } }
    : finding;
