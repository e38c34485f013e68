// What the other end is: an address may be a pod's, a Service's, a node's, the asker's own, or of somebody outside; a name,
// or a Service that is another name's alias, becomes an address as the asker itself would resolve it.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Destination, PodRef } from '../../diagnosis/target.ts';
import { Pod, Service } from '../../probes/api-objects.ts';
import { getObject, listObjects } from '../../probes/api-reads.ts';
import { type DnsReply, queryDns } from '../../probes/dns-query.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import {
  lookupOrder,
  parseResolvConf,
  type ResolvConf,
  readKubeletSettings,
  readPodResolvConf,
} from '../../probes/resolver-config.ts';
import { hasNetwork, type ReadySource } from './source.ts';

export type FarEnd =
  | { kind: 'pod'; pod: Pod }
  /** It has no network to be reached in. */
  | { kind: 'pod-without-network'; pod: Pod }
  | { kind: 'pod-gone'; pod: PodRef }
  | { kind: 'service'; namespace: string; name: string }
  /** `name`: what was looked up; absent: it was asked for by address. */
  | { kind: 'node'; node: string; address: string; name?: string }
  /** 127.0.0.0/8 or ::1 of the asker. */
  | { kind: 'itself'; address: string }
  | { kind: 'outside'; address: string; name?: string }
  | { kind: 'unresolved'; name: string }
  | { kind: 'unseen'; evidence: Unavailable };

export async function findFarEnd(
  ask: Ask,
  facts: Facts,
  source: ReadySource,
  to: Destination,
): Promise<FarEnd> {
  switch (to.kind) {
    case 'pod':
      return findPod(ask, to.pod);
    case 'service': {
      const alias = await aliasOf(ask, to);
      return alias === undefined
        ? { kind: 'service', namespace: to.namespace, name: to.name }
        : named(ask, facts, source, alias);
    }
    case 'node':
      return nodeEnd(facts, to.node);
    case 'address':
      return ownerOf(ask, facts, to.address);
    case 'name':
      return named(ask, facts, source, to.name);
  }
}

/** What an ExternalName Service stands for; undefined: it is another kind of Service, or not known. */
async function aliasOf(
  ask: Ask,
  { namespace, name }: Extract<Destination, { kind: 'service' }>,
): Promise<string | undefined> {
  const found = await ask(getObject('services', Service, name, namespace));
  if (found.status === 'unavailable' || !found.value.found) return undefined;
  const { spec } = found.value.object;
  return spec.type === 'ExternalName' ? spec.externalName : undefined;
}

async function named(ask: Ask, facts: Facts, source: ReadySource, name: string): Promise<FarEnd> {
  const address = await resolve(ask, source.vantage, name);
  if (typeof address !== 'string') return address;
  const end = await ownerOf(ask, facts, address);
  return end.kind === 'node' || end.kind === 'outside' ? { ...end, name } : end;
}

async function findPod(ask: Ask, { namespace, name }: PodRef): Promise<FarEnd> {
  const found = await ask(getObject('pods', Pod, name, namespace));
  if (found.status === 'unavailable') return { kind: 'unseen', evidence: found };
  if (!found.value.found) return { kind: 'pod-gone', pod: { namespace, name } };
  return podEnd(found.value.object);
}

const podEnd = (pod: Pod): FarEnd =>
  hasNetwork(pod) ? { kind: 'pod', pod } : { kind: 'pod-without-network', pod };

function nodeEnd(facts: Facts, node: string): FarEnd {
  const address = facts.nodes.find(({ name }) => name === node)?.addresses[0];
  return { kind: 'node', node, address: address ?? '' };
}

async function ownerOf(ask: Ask, facts: Facts, address: string): Promise<FarEnd> {
  if (/^127\.|^::1$/.test(address)) return { kind: 'itself', address };
  const node = facts.nodes.find(({ addresses }) => addresses.includes(address));
  if (node) return { kind: 'node', node: node.name, address };
  const [pods, services] = await Promise.all([
    ask(listObjects('pods', Pod, { fieldSelector: `status.podIP=${address}` })),
    ask(listObjects('services', Service)),
  ]);
  const holders = pods.status === 'observed' ? pods.value.filter(({ spec }) => !spec.hostNetwork) : [];
  const holder = holders.find(hasNetwork) ?? holders[0];
  if (holder) return podEnd(holder);
  const service =
    services.status === 'observed' &&
    services.value.find(({ spec }) => spec.clusterIP === address || spec.clusterIPs.includes(address));
  if (service) return { kind: 'service', namespace: service.metadata.namespace, name: service.metadata.name };
  const unseen = [pods, services].find((evidence) => evidence.status === 'unavailable');
  return unseen ? { kind: 'unseen', evidence: unseen } : { kind: 'outside', address };
}

/** As the asker's own resolver settings have it: its first nameserver, its search list. */
async function resolve(ask: Ask, from: NetworkVantage, name: string): Promise<string | FarEnd> {
  const settings = await resolverOf(ask, from);
  if (settings.status === 'unavailable') return { kind: 'unseen', evidence: settings };
  const [server] = settings.value.nameservers;
  if (server === undefined) return { kind: 'unresolved', name };
  const replies = await Promise.all(
    lookupOrder(name, settings.value).map((candidate) =>
      ask(
        queryDns({
          ...{ vantage: from, server, serverLabel: server, name: candidate },
          ...{ protocol: 'udp', times: 1, timeoutS: 3 },
        }),
      ),
    ),
  );
  return replies.map(addressIn).find((address) => address !== undefined) ?? { kind: 'unresolved', name };
}

/** A pod's own file; a node's is what its kubelet gives to pods that ask as the node does. */
async function resolverOf(ask: Ask, from: NetworkVantage): Promise<Evidence<ResolvConf>> {
  if (from.kind === 'pod') return ask(readPodResolvConf(from.node, from.pod, from.podUid));
  const kubelet = await ask(readKubeletSettings(from.node));
  return kubelet.status === 'unavailable'
    ? kubelet
    : { ...kubelet, value: parseResolvConf(kubelet.value.resolvConf) };
}

function addressIn(evidence: Evidence<DnsReply[]>): string | undefined {
  const replies = evidence.status === 'observed' ? evidence.value : [];
  return replies
    .flatMap((reply) => (reply.kind === 'answer' ? reply.records : []))
    .find(({ type }) => type === 'A')?.data;
}
