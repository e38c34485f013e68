// Asks the names of interest once, from a place that should work: the cluster's own name of each replica, the name in
// question, and a name outside the cluster; and puts the findings about the answers together.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask, InconclusiveReason } from '../../diagnosis/playbook.ts';
import type { Target } from '../../diagnosis/target.ts';
import type { ResolvConf } from '../../probes/resolver-config.ts';
import { type AskedName, checkAskedName, sendAhead } from './asked-name.ts';
import { checkClusterName } from './cluster-name.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory } from './inventory.ts';
import { legQuery, type Place, type Server } from './legs.ts';
import { answerOf, clusterName, isAlive, outsideName, outsideQuery } from './replies.ts';
import type { DnsSubject } from './subject.ts';
import { askUpstreams, judgeUpstreams } from './upstreams.ts';

export interface AnswerCheck {
  findings: Finding[];
  /** The name in question, or else the cluster's own, resolves as it should. */
  resolved: boolean;
  /** The answer is wrong, and nothing seen explains it. */
  doubt: InconclusiveReason | undefined;
  unchecked: Unavailable[];
}

const nothingAsked: AnswerCheck = { findings: [], resolved: false, doubt: undefined, unchecked: [] };

// Answers are wanted from the first place that gets any; asking from a few nodes at once spares a round when one is cut off.
const NODES_TRIED = 3;

export async function checkAnswers(
  ask: Ask,
  inventory: DnsInventory,
  target: Target,
  subject: DnsSubject,
  places: Place[],
  servers: Server[],
): Promise<AnswerCheck> {
  const entrance = servers.find(({ kind }) => kind !== 'replica') ?? servers[0];
  if (!entrance) return nothingAsked;
  const resolver = resolverOf(inventory, subject);
  const questionFrom = (place: Place): AskedName | undefined =>
    target.kind === 'name' ? { name: target.name, place, server: entrance, resolver } : undefined;
  const [place] = await Promise.all([
    firstAnswered(ask, [...firstPerNode(places), ...places], entrance, clusterName(inventory)),
    askUpstreams(ask, inventory, outsideName(inventory)),
    ...firstPerNode(places)
      .slice(0, NODES_TRIED)
      .map((likely) => {
        const question = questionFrom(likely);
        return Promise.all([
          ask(outsideQuery(inventory, likely, entrance)),
          question && sendAhead(ask, inventory, question),
        ]);
      }),
  ]);
  if (!place) return nothingAsked;

  const question = questionFrom(place);
  const [replicas, own, asked, outside] = await Promise.all([
    checkReplicas(ask, inventory, place, servers),
    ask(legQuery(place, entrance, 'udp', clusterName(inventory))),
    question && checkAskedName(ask, inventory, question),
    checkOutside(ask, inventory, place, entrance),
  ]);
  const cluster = replicas.length > 0 ? undefined : checkClusterName(inventory, own);
  const findings = [
    ...replicas,
    ...[cluster, asked?.finding, outside].filter((finding) => finding !== undefined),
  ];
  const resolvedOwn = answerOf(own)?.rcode === 'NOERROR';
  // An answer from a cache outlives its upstream by seconds only.
  const borrowed = asked?.outside === true && outside !== undefined;
  const resolved = resolvedOwn && asked?.resolves !== false && !borrowed;
  const doubtful = findings.length === 0 && !resolved && own.status === 'observed';
  return {
    findings,
    resolved,
    doubt: doubtful ? { kind: 'elsewhere', why: 'answer-unexplained', next: 'diagnose cluster' } : undefined,
    unchecked: own.status === 'unavailable' ? [own] : [],
  };
}

const firstPerNode = (places: Place[]): Place[] =>
  places.filter(
    ({ vantage }, index) => places.findIndex((other) => other.vantage.node === vantage.node) === index,
  );

/** The pod's own; for the cluster as a whole, that of an ordinary pod in namespace default. */
function resolverOf({ domain }: DnsInventory, subject: DnsSubject): ResolvConf {
  if (subject.kind === 'pod' && subject.resolver.status === 'observed') return subject.resolver.value;
  return {
    nameservers: [],
    search: [`default.svc.${domain}`, `svc.${domain}`, domain],
    ndots: 5,
    options: [],
  };
}

/** The user's pod when it gets through, else the first place that does. */
async function firstAnswered(
  ask: Ask,
  places: Place[],
  server: Server | undefined,
  name: string,
): Promise<Place | undefined> {
  if (!server) return undefined;
  const tries = await Promise.all(
    places.map(async (place) => ({
      place,
      answer: answerOf(await ask(legQuery(place, server, 'udp', name))),
    })),
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
      const evidence = await ask(legQuery(place, server, 'udp', clusterName(inventory)));
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

async function checkOutside(
  ask: Ask,
  inventory: DnsInventory,
  place: Place,
  server: Server,
): Promise<Finding | undefined> {
  const evidence = await ask(outsideQuery(inventory, place, server));
  if (isAlive(answerOf(evidence))) return undefined;
  const { finding } = judgeUpstreams(
    inventory,
    evidence,
    await askUpstreams(ask, inventory, outsideName(inventory)),
  );
  // No forward plugin at all is a decision, not a fault, as long as nobody asks for an outside name.
  return finding?.code === 'dns.upstream-failing' && finding.params.cause === 'not-configured'
    ? undefined
    : finding;
}
