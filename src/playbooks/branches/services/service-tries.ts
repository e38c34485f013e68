// Connections to a Service's address, several, since a share of them may fail; and the same from elsewhere. Reads what came
// of them as one word and as a row of the bisect table.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Facts, NodeFacts } from '../../../diagnosis/facts.ts';
import type { Ask, Leg, LegCell } from '../../../diagnosis/playbook.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import { connectTcp, type TcpReach } from '../../../probes/reachability.ts';
import { placeName } from '../reach.ts';
import type { Entrance, ServiceView } from './service-view.ts';

// Of two endpoints one that is dead is missed by all of five connections once in 32; each is tried by itself as well.
const TRIES = 5;
// A pod that may be sent to itself is sent there by one in two, three or four.
const HAIRPIN_TRIES = 10;
const HAIRPIN_ENDPOINTS = 4;

export interface ServiceTries {
  entrance: Entrance;
  from: NetworkVantage;
  control: boolean;
  evidence: Evidence<TcpReach>[];
}

export type TriesResult = 'passes' | 'lossy' | 'fails' | 'unknown';

export async function tryEntrance(
  ask: Ask,
  from: NetworkVantage,
  entrance: Entrance,
  more: { label: string; times: number; control: boolean },
): Promise<ServiceTries> {
  const { address, port } = entrance;
  const runs = Array.from({ length: more.times }, (_, at) => (at === 0 ? {} : { run: String(at + 1) }));
  const evidence = await Promise.all(
    runs.map((run) => ask(connectTcp({ vantage: from, address, port, to: more.label, ...run }))),
  );
  return { entrance, from, control: more.control, evidence };
}

/** Nobody answers over UDP or SCTP because he must: then there is nothing to try. */
export async function tryService(
  ask: Ask,
  facts: Facts,
  from: NetworkVantage,
  view: ServiceView,
  entrances: Entrance[],
  isEndpoint: boolean,
): Promise<ServiceTries[]> {
  if (view.protocol !== 'tcp') return [];
  const { service } = view;
  const label = `${service.metadata.name}.${service.metadata.namespace}`;
  const times = isEndpoint && view.endpoints.length <= HAIRPIN_ENDPOINTS ? HAIRPIN_TRIES : TRIES;
  return Promise.all(
    entrances.flatMap((entrance) => [
      tryEntrance(ask, from, entrance, { label, times, control: false }),
      ...controlPlaces(facts, from, view, entrance).map((place) =>
        tryEntrance(ask, place, entrance, { label, times: 1, control: true }),
      ),
    ]),
  );
}

/** Its own node, and another: a Service that fails from one node only is that node's affair. */
function controlPlaces(
  facts: Facts,
  from: NetworkVantage,
  view: ServiceView,
  { kind }: Entrance,
): NetworkVantage[] {
  // Where nodes are served by their own endpoints only, one says nothing about another.
  if (view.isLocal || kind === 'node-port') return [];
  const other = facts.nodes.find((node) => node.name !== from.node && canBeAsked(node));
  return [
    ...(from.kind === 'pod' ? [{ kind: 'node' as const, node: from.node }] : []),
    ...(other ? [{ kind: 'node' as const, node: other.name }] : []),
  ];
}

export const canBeAsked = ({ ready, agent }: NodeFacts): boolean => ready && agent.status === 'ready';

export function resultOf(evidence: Evidence<TcpReach>[]): TriesResult {
  const seen = evidence.flatMap((each) => (each.status === 'observed' ? [each.value.kind] : []));
  if (seen.length === 0) return 'unknown';
  const connected = seen.filter((kind) => kind === 'connected').length;
  if (connected === seen.length) return 'passes';
  return connected === 0 ? 'fails' : 'lossy';
}

export const failuresOf = (evidence: Evidence<TcpReach>[]): Evidence<TcpReach>[] =>
  evidence.filter((each) => each.status === 'observed' && each.value.kind !== 'connected');

export const unseenOfTries = (tries: ServiceTries[]): Unavailable[] =>
  tries.flatMap(({ evidence }) => evidence).filter((each) => each.status === 'unavailable');

export const legOfTries = (service: string, { entrance, from, control, evidence }: ServiceTries): Leg => ({
  control,
  from: placeName(from),
  to: `Service ${service}:${entrance.port}${familyNote(entrance)}`,
  cells: { TCP: cellOf(evidence) },
});

const familyNote = ({ address }: Entrance): string => (address.includes(':') ? ' (IPv6)' : '');

function cellOf(evidence: Evidence<TcpReach>[]): LegCell {
  const seen = evidence.flatMap((each) => (each.status === 'observed' ? [each] : []));
  const failed = seen.filter(({ value }) => value.kind !== 'connected');
  const [first] = failed;
  if (first) {
    const words = failureWords(first.value, first.ms);
    return {
      status: 'failed',
      note: failed.length === seen.length ? words : `${failed.length} of ${seen.length}: ${words}`,
    };
  }
  if (seen.length > 0) return { status: 'ok', ms: Math.max(...seen.map(({ ms }) => ms)) };
  const [unseen] = evidence;
  return { status: 'unknown', note: unseen?.status === 'unavailable' ? unseen.reason : '' };
}

/** As in the table: `refused`, `timeout 2 s`, or the kernel's words. */
export function failureWords(reach: TcpReach, ms: number): string {
  switch (reach.kind) {
    case 'timeout':
      return `timeout ${Math.round(ms / 1000)} s`;
    case 'unreachable':
      return reach.detail;
    default:
      return reach.kind;
  }
}
