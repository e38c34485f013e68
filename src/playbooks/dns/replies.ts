// The look-ups that the answers are judged by, and what a reply says: whether it is one, whether it resolves.

import type { Evidence } from '../../diagnosis/evidence.ts';
import { type DnsReply, queryDns } from '../../probes/dns-query.ts';
import type { DnsInventory } from './inventory.ts';
import type { Place, Server } from './legs.ts';

/** Every cluster has it: the name of the API server's Service. */
export const clusterName = (inventory: DnsInventory): string => `kubernetes.default.svc.${inventory.domain}.`;

export type Reply = DnsReply & { kind: 'answer' };

/** The last answer; the response codes of one server do not differ within three seconds. */
export const answerOf = (evidence: Evidence<DnsReply[]>): Reply | undefined =>
  evidence.status === 'observed' ? evidence.value.findLast((reply) => reply.kind === 'answer') : undefined;

export const resolves = (reply: Reply | undefined): boolean =>
  reply?.rcode === 'NOERROR' && reply.records.length > 0;

/** Addresses, or the response code, for people. */
export const describeReply = (reply: Reply): string =>
  reply.records.length > 0
    ? reply.records.map(({ data }) => data).join(', ')
    : reply.rcode === 'NOERROR'
      ? 'NODATA'
      : reply.rcode;

export const lookUp = ({ vantage }: Place, server: Server, name: string, type: 'A' | 'AAAA' = 'A') =>
  queryDns({
    vantage,
    server: server.address,
    port: server.port,
    serverLabel: server.label,
    name,
    type,
    protocol: 'udp',
    times: 1,
    timeoutS: 3,
  });

/**
 * A name outside the cluster that no cache holds: the domain is reserved for documentation (RFC 2606), so nobody minds
 * being asked, and the label is the instant of this diagnosis. That an upstream answers at all is what counts.
 */
export const outsideName = ({ evidence }: DnsInventory): string =>
  `cni-triage-${evidence.services.at.replace(/\D/g, '')}.example.com.`;

/** As people know it: without the label that is there for the caches. */
export const shownName = (name: string): string => name.replace(/^cni-triage-\d+\./, '').replace(/\.$/, '');

export const outsideQuery = (inventory: DnsInventory, place: Place, server: Server) =>
  lookUp(place, server, outsideName(inventory));

/** Any answer of an upstream will do, NXDOMAIN included: a cluster may be cut off from the world on purpose. */
export const isAlive = (reply: Reply | undefined): boolean =>
  reply?.rcode === 'NOERROR' || reply?.rcode === 'NXDOMAIN';
