// The leg matrix: from each chosen place, over UDP and TCP, to the DNS Service and to each CoreDNS replica. Any reply
// is a working leg, whatever its response code: here the way is judged, not the answer.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask, Leg, LegCell } from '../../diagnosis/playbook.ts';
import { describeVantage } from '../../diagnosis/probe.ts';
import type { PodRef } from '../../diagnosis/target.ts';
import { Pod } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { type DnsProtocol, type DnsReply, queryDns } from '../../probes/dns-query.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';

export interface Place {
  vantage: NetworkVantage;
  label: string;
  /** Chosen by us for comparison, not named by the user. */
  control: boolean;
}

export interface Server {
  kind: 'service' | 'replica' | 'node-cache';
  label: string;
  address: string;
  port: number;
  /** Where a replica runs. */
  node?: string;
  /** An endpoint of the Service that is no CoreDNS pod. */
  stranger?: boolean;
}

export interface LegResult {
  place: Place;
  server: Server;
  protocol: DnsProtocol;
  evidence: Evidence<DnsReply[]>;
  state: 'ok' | 'failed' | 'lossy' | 'unknown';
  sent: number;
  lost: number;
}

// Three queries a second apart tell a lost packet from a blocked way, and a dead leg costs three seconds.
const QUERIES = 3;
const TIMEOUT_S = 1;
// One lost reply may be chance, a restart or a busy machine. What really loses one in three loses more of so many.
const QUERIES_AGAIN = 5;
// Beyond this many nodes a sample says as much: what is broken everywhere shows in five places.
const MAX_NODES = 5;

/**
 * The user's pod first; then, on the nodes of the pod and of the replicas and on a few others, a pod each as control;
 * the node's own network where a node has no pod to look from.
 */
export async function choosePlaces(
  ask: Ask,
  facts: Facts,
  pod: PodPlace | undefined,
  replicas: Server[],
): Promise<Place[]> {
  const wanted = [...(pod ? [pod.node] : []), ...replicas.flatMap(({ node }) => (node ? [node] : []))];
  const others = facts.nodes
    .filter(({ name, ready }) => ready && !wanted.includes(name))
    .map(({ name }) => name);
  const hasAgent = (name: string): boolean =>
    facts.nodes.some((node) => node.name === name && node.agent.status === 'ready');
  const known = [...new Set([...wanted, ...others])];
  const seeing = known.filter(hasAgent).slice(0, MAX_NODES);
  // Nodes that cannot be looked from stay in the matrix as unknown: left out, they would read as fine.
  const blind = known.filter((name) => !hasAgent(name)).slice(0, MAX_NODES - seeing.length);
  const controls = await Promise.all([
    ...seeing.map((node) => controlPlaces(ask, node, pod)),
    ...blind.map((node) => [hostPlace(node)]),
  ]);
  const target: Place[] = pod
    ? [{ vantage: { kind: 'pod', ...pod }, label: podLabel(pod.pod, pod.node), control: false }]
    : [];
  return [...target, ...controls.flat()];
}

const hostPlace = (node: string): Place => ({ vantage: { kind: 'node', node }, label: node, control: true });

export interface PodPlace {
  node: string;
  pod: PodRef;
  podUid: string;
}

// More than a handful of candidates on one node adds nothing.
const CANDIDATES = 50;

async function controlPlaces(ask: Ask, node: string, target: PodPlace | undefined): Promise<Place[]> {
  const pods = await ask(
    listObjects('pods', Pod, {
      fieldSelector: `spec.nodeName=${node},status.phase=Running`,
      limit: CANDIDATES,
    }),
  );
  const candidates = pods.status === 'observed' ? pods.value.filter((pod) => isUsable(pod, target)) : [];
  const chosen = candidates.sort(byUsefulness)[0];
  const host = hostPlace(node);
  if (!chosen) return [host];
  const pod = { namespace: chosen.metadata.namespace, name: chosen.metadata.name };
  return [
    {
      vantage: { kind: 'pod', node, pod, podUid: chosen.metadata.uid },
      label: podLabel(pod, node),
      control: true,
    },
    host,
  ];
}

const isUsable = (pod: Pod, target: PodPlace | undefined): boolean =>
  !pod.spec.hostNetwork &&
  pod.status.podIP !== '' &&
  pod.metadata.deletionTimestamp === undefined &&
  pod.metadata.uid !== target?.podUid &&
  pod.status.containerStatuses.some(({ state }) => state.running !== undefined);

/** Ordinary pods before CoreDNS itself, which would be asking itself; then by name, so that runs are alike. */
function byUsefulness(a: Pod, b: Pod): number {
  const weight = (pod: Pod): number => (pod.metadata.labels['k8s-app'] === 'kube-dns' ? 1 : 0);
  return weight(a) - weight(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

const podLabel = (pod: PodRef, node: string): string => `${pod.name} (${node})`;

export async function askLegs(
  ask: Ask,
  places: Place[],
  servers: Server[],
  name: string,
): Promise<LegResult[]> {
  return Promise.all(
    places.flatMap((place) =>
      servers.flatMap((server) =>
        (['udp', 'tcp'] as const).map((protocol) => askLeg(ask, place, server, protocol, name)),
      ),
    ),
  );
}

/** Whoever asks the same of the same server from the same place gets the leg's own answer. */
export const legQuery = (
  place: Place,
  server: Server,
  protocol: DnsProtocol,
  name: string,
  times = QUERIES,
) =>
  queryDns({
    vantage: place.vantage,
    server: server.address,
    port: server.port,
    serverLabel: server.label,
    name,
    protocol,
    times,
    timeoutS: TIMEOUT_S,
  });

async function askLeg(
  ask: Ask,
  place: Place,
  server: Server,
  protocol: DnsProtocol,
  name: string,
): Promise<LegResult> {
  const evidence = await ask(legQuery(place, server, protocol, name));
  const base = { place, server, protocol, evidence };
  if (evidence.status === 'unavailable') return { ...base, state: 'unknown', sent: 0, lost: 0 };
  const counted = countOf(evidence.value);
  if (counted.lost !== 1) return { ...base, ...counted };
  const again = await ask(legQuery(place, server, protocol, name, QUERIES_AGAIN));
  // One loss alone accuses nobody, and clears nobody either.
  if (again.status === 'unavailable') return { ...base, evidence: again, state: 'unknown', sent: 0, lost: 0 };
  const later = countOf(again.value);
  return later.lost === 0
    ? { ...base, ...later, evidence: again }
    : { ...base, ...countOf([...evidence.value, ...again.value]) };
}

function countOf(replies: DnsReply[]): Pick<LegResult, 'sent' | 'lost' | 'state'> {
  const sent = replies.length;
  const lost = replies.filter(({ kind }) => kind !== 'answer').length;
  return { sent, lost, state: lost === 0 ? 'ok' : lost === sent ? 'failed' : 'lossy' };
}

/** Rows for the reader: one a place and server; the user's pod first, then what fails, then the controls that work. */
export function toLegTable(results: LegResult[]): Leg[] {
  const rows = new Map<string, Leg>();
  for (const result of results) {
    const key = `${describeVantage(result.place.vantage)}|${result.server.label}`;
    const row = rows.get(key) ?? {
      control: result.place.control,
      from: result.place.label,
      to: result.server.label,
      cells: {},
    };
    row.cells[result.protocol.toUpperCase()] = toCell(result);
    rows.set(key, row);
  }
  return [...rows.values()].sort((a, b) => weight(a) - weight(b));
}

function weight({ control, cells }: Leg): number {
  if (!control) return 0;
  return Object.values(cells).some(({ status }) => status !== 'ok') ? 1 : 2;
}

function toCell({ evidence, state, sent, lost }: LegResult): LegCell {
  if (evidence.status === 'unavailable') return { status: 'unknown', note: evidence.reason };
  const answered = evidence.value.filter((reply) => reply.kind === 'answer');
  if (state === 'ok') return { status: 'ok', ms: Math.max(...answered.map(({ ms }) => ms)) };
  const failure = evidence.value.find((reply) => reply.kind !== 'answer');
  const note = state === 'lossy' ? `${lost}/${sent} lost` : (failure?.kind ?? 'failed');
  return { status: 'failed', note };
}
