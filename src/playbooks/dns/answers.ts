// Asks the names of interest once, from a place that should work: the cluster's own name of each replica, the name in
// question, and a name outside the cluster; and puts the findings about the answers together.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask, InconclusiveReason } from '../../diagnosis/playbook.ts';
import type { Target } from '../../diagnosis/target.ts';
import { queryDns } from '../../probes/dns-query.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory } from './inventory.ts';
import type { Place, Server } from './legs.ts';
import { answerOf, checkAskedName, checkClusterName, clusterName } from './names.ts';
import type { DnsSubject } from './subject.ts';
import { checkUpstreams } from './upstreams.ts';

export interface AnswerCheck {
  findings: Finding[];
  /** The name in question, or else the cluster's own, resolves as it should. */
  resolved: boolean;
  /** The answer is wrong, and nothing seen explains it. */
  doubt: InconclusiveReason | undefined;
  unchecked: Unavailable[];
}

// Reserved for documentation (RFC 2606), so nobody minds being asked; that an upstream answers is what counts.
const OUTSIDE_NAME = 'example.com.';

export async function checkAnswers(
  ask: Ask,
  inventory: DnsInventory,
  target: Target,
  subject: DnsSubject,
  places: Place[],
  servers: Server[],
): Promise<AnswerCheck> {
  const entrance = servers.find(({ kind }) => kind !== 'replica') ?? servers[0];
  const place = await firstAnswered(ask, places, entrance, clusterName(inventory));
  if (!place || !entrance) return { findings: [], resolved: false, doubt: undefined, unchecked: [] };

  const resolver =
    subject.kind === 'pod' && subject.resolver.status === 'observed'
      ? subject.resolver.value
      : {
          nameservers: [],
          search: ['default', ''].map((space) => searchEntry(space, inventory.domain)),
          ndots: 5,
          options: [],
        };
  const [replicas, own, asked, outside] = await Promise.all([
    checkReplicas(ask, inventory, place, servers),
    ask(question(place, entrance, clusterName(inventory), 2)),
    target.kind === 'name'
      ? checkAskedName(ask, inventory, { name: target.name, place, server: entrance, resolver })
      : undefined,
    checkOutside(ask, inventory, place, entrance),
  ]);
  const cluster = replicas.length > 0 ? undefined : checkClusterName(inventory, own);
  const findings = [...replicas, ...[cluster, asked, outside].filter((finding) => finding !== undefined)];
  const resolvedOwn = answerOf(own)?.rcode === 'NOERROR';
  const doubtful = findings.length === 0 && !resolvedOwn && own.status === 'observed';
  return {
    findings,
    resolved: resolvedOwn && asked === undefined,
    doubt: doubtful ? { kind: 'elsewhere', why: 'answer-unexplained', next: 'diagnose cluster' } : undefined,
    unchecked: own.status === 'unavailable' ? [own] : [],
  };
}

const searchEntry = (space: string, domain: string): string =>
  space === '' ? `svc.${domain}` : `${space}.svc.${domain}`;

const question = (place: Place, server: Server, name: string, timeoutS: number) =>
  queryDns({
    vantage: place.vantage,
    server: server.address,
    port: server.port,
    serverLabel: server.label,
    name,
    protocol: 'udp',
    times: 1,
    timeoutS,
  });

/** The user's pod when it gets through, else the first place that does. */
async function firstAnswered(
  ask: Ask,
  places: Place[],
  server: Server | undefined,
  name: string,
): Promise<Place | undefined> {
  if (!server) return undefined;
  const tries = await Promise.all(
    places.map(async (place) => ({ place, answer: answerOf(await ask(question(place, server, name, 2))) })),
  );
  return tries.find(({ answer }) => answer !== undefined)?.place;
}

/** Replicas that answer the cluster's own name otherwise than the rest. */
async function checkReplicas(
  ask: Ask,
  inventory: DnsInventory,
  place: Place,
  servers: Server[],
): Promise<Finding[]> {
  const replicas = servers.filter(({ kind }) => kind === 'replica');
  const answered = await Promise.all(
    replicas.map(async (server) => {
      const evidence = await ask(question(place, server, clusterName(inventory), 2));
      return { server, evidence, answer: answerOf(evidence) };
    }),
  );
  const good = answered.filter(({ answer }) => answer?.rcode === 'NOERROR' && answer.records.length > 0);
  const wrong = answered.filter(({ answer }) => answer !== undefined && answer.rcode !== 'NOERROR');
  if (good.length === 0) return [];
  return wrong.map(({ server, evidence, answer }) => ({
    code: 'dns.replica-bad',
    ...dnsCodes['dns.replica-bad'],
    params: {
      cause: 'answers-differ',
      replicas: [server.label],
      nodes: server.node === undefined ? [] : [server.node],
      good: good.length,
      detail: `${clusterName(inventory)}: ${answer?.rcode ?? ''}`,
    },
    subject: { kind: 'pod', namespace: DNS_NAMESPACE, name: server.label },
    ...(server.node === undefined ? {} : { node: server.node }),
    confidence: 'proven',
    advisory: false,
    evidence: [evidence, ...good.map((other) => other.evidence)],
    explains: [],
    remediations: [],
  }));
}

/** Any answer of an upstream will do, NXDOMAIN included: a cluster may be cut off from the world on purpose. */
async function checkOutside(
  ask: Ask,
  inventory: DnsInventory,
  place: Place,
  server: Server,
): Promise<Finding | undefined> {
  const evidence = await ask(question(place, server, OUTSIDE_NAME, 3));
  const answer = answerOf(evidence);
  if (answer?.rcode === 'NOERROR' || answer?.rcode === 'NXDOMAIN') return undefined;
  const { finding } = await checkUpstreams(ask, inventory, OUTSIDE_NAME, evidence);
  // No forward plugin at all is a decision, not a fault, as long as nobody asks for an outside name.
  return finding?.code === 'dns.upstream-failing' && finding.params.cause === 'not-configured'
    ? undefined
    : finding;
}
