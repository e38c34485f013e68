// DNS: why do names not resolve, for one pod, one name, or the cluster?
//
//   the pod is not running ................................. elsewhere: pod-not-running
//   nothing can be asked from inside the cluster
//     ├─ objects prove a cause all the same ................ service-misconfigured | coredns-* | api-access-lost
//     └─ else .............................................. inconclusive: no-vantage
//   the pod asks another resolver than the cluster's ....... resolv-conf-wrong
//   the Service leads nowhere .............................. service-misconfigured
//   no replica serves ...................................... coredns-down | coredns-crashing | api-access-lost
//   legs (place x server x UDP/TCP, controls included)
//     ├─ all replicas silent, queries lie unread there ..... coredns-down
//     ├─ one replica silent to all other nodes ............. replica-bad
//     ├─ UDP fails where TCP works ......................... udp-blocked
//     ├─ TCP fails where UDP works ......................... truncation
//     ├─ a node or pod gets nothing, or not from some nodes  node.* | pod.* (the way is examined) | elsewhere
//     ├─ the Service fails, replicas answer ................ service.not-programmed | node.kube-proxy-down | elsewhere
//     ├─ the node's own cache is silent, the rest answers .. node-cache-down
//     ├─ all answers come late ............................. overloaded
//     └─ a share is lost ................................... intermittent-timeout
//   answers
//     ├─ the cluster's own name is wrong ................... zone-missing | corefile-rewrites-name | api-access-lost
//     ├─ replicas differ ................................... replica-bad
//     ├─ the asked name is wrong or missing ................ corefile-rewrites-name | record-missing | api-access-lost
//     └─ names outside fail ................................ upstream-failing
//   all of it works ........................................ cleared

import type { Unavailable } from '../diagnosis/evidence.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { InconclusiveReason, Outcome, Playbook, PlaybookContext } from '../diagnosis/playbook.ts';
import { dropCodes } from './branches/dropping-rule.ts';
import { nodeCodes } from './branches/nodes/node-codes.ts';
import { podCodes } from './branches/pods/pod-codes.ts';
import { serviceOnNodeCodes } from './branches/services/service-codes.ts';
import { reasonsFor, toReason } from './branches/unseen-reasons.ts';
import { checkAnswers } from './dns/answers.ts';
import { dnsCodes } from './dns/codes.ts';
import { checkPods } from './dns/coredns-pods.ts';
import { checkHungReplicas } from './dns/hung-replicas.ts';
import {
  type DnsInventory,
  knownOf,
  readKubelet,
  readObjects,
  toInventory,
  unreadable,
} from './dns/inventory.ts';
import { explainLegs } from './dns/leg-findings.ts';
import { askLegs, choosePlaces, type LegResult, type Server, toLegTable } from './dns/legs.ts';
import { localize } from './dns/localize.ts';
import { checkOverload } from './dns/overload.ts';
import { checkPodResolver } from './dns/pod-resolver.ts';
import { checkCorefileTakenUp } from './dns/rejected-corefile.ts';
import { clusterName } from './dns/replies.ts';
import { listServers } from './dns/servers.ts';
import { checkService } from './dns/service-object.ts';
import { type DnsSubject, type FoundSubject, findSubject, withResolver } from './dns/subject.ts';

export const dns: Playbook = {
  id: 'dns',
  fault: 'dns',
  codes: { ...dnsCodes, ...dropCodes, ...serviceOnNodeCodes, ...podCodes, ...nodeCodes },

  appliesTo: (target) =>
    target.kind === 'node-pair' || target.kind === 'flow'
      ? { applies: false, reason: 'a flow between addresses asks no name' }
      : { applies: true },

  diagnose: diagnoseDns,
};

async function diagnoseDns(context: PlaybookContext): Promise<Outcome> {
  const { target, facts, ask } = context;
  const [objects, found] = await Promise.all([readObjects(ask), findSubject(ask, target)]);
  if (found.kind === 'not-running')
    return unsure([{ kind: 'elsewhere', why: 'pod-not-running', next: `diagnose pod ${found.pod}` }], {
      findings: [],
      known: knownOf(toInventory(objects, undefined)),
      legs: [],
      unchecked: [],
    });
  // Should it fail, so will the run in earnest, and that one is heard.
  void Promise.allSettled([sendAhead(context, toInventory(objects, undefined), found)]);
  const [kubelet, subject] = await Promise.all([readKubelet(ask, facts), withResolver(ask, found)]);
  const inventory = toInventory(objects, kubelet);

  const servers = listServers(inventory);
  const replicas = replicasOf(servers);
  const [podFindings, rejected, { legs, resolverFindings, answers }] = await Promise.all([
    checkPods(ask, inventory, facts),
    checkCorefileTakenUp(ask, inventory),
    askNetwork(context, inventory, subject, servers),
  ]);

  const serviceFinding = checkService(inventory);
  const serviceAnswers = legs.some(({ server, state }) => server.kind === 'service' && state === 'ok');
  // Another implementation may serve the Service; while its endpoints answer, absent CoreDNS pods are no fault.
  const servedByOthers =
    serviceAnswers &&
    inventory.slices.some(({ endpoints }) => endpoints.some(({ conditions }) => conditions.ready));
  const pods = podFindings.filter(
    ({ code, advisory }) => !(servedByOthers && code === 'dns.coredns-down' && !advisory),
  );
  const noReplica = replicas.length === 0 && !serviceAnswers;
  const hung = await checkHungReplicas(ask, inventory, legs);
  const explained =
    serviceFinding || noReplica || hung
      ? []
      : await Promise.all(
          localize(legs).map((verdict) => explainLegs(ask, facts, inventory, replicas, verdict)),
        );

  const legFindings = explained.flatMap((each) => ('findings' in each ? each.findings : []));
  const late = await checkOverload(ask, inventory, legs);
  const transport = [
    ...(serviceFinding ? [serviceFinding] : []),
    ...pods,
    ...rejected,
    ...(hung ? [hung] : []),
    ...legFindings,
    ...late,
  ];
  const broken = transport.some(({ advisory }) => !advisory);
  const around = [...transport, ...(broken && !serviceAnswers ? [] : answers.findings)];
  const subjectPasses = subject.kind === 'pod' && passes(legs, answers.resolved);
  const findings = [...resolverFindings, ...(subjectPasses ? around.map(adviseOnly) : around)];
  const table = toLegTable(legs);
  const unseen = unseenOf(subject);
  const unchecked = [...unseen, ...unreadable(inventory), ...unknownLegs(legs), ...answers.unchecked];
  if (findings.some(({ advisory }) => !advisory))
    return { outcome: 'root-cause', findings, legs: table, unchecked };

  const reasons = [
    ...explained.flatMap((each) => ('reason' in each && !subjectPasses ? [each.reason] : [])),
    ...(unseen.length > 0 ? unseen.map(toReason) : blind(legs, unchecked)),
  ];
  const rest = { findings, known: knownOf(inventory), legs: table, unchecked };
  if (reasons.length > 0) return unsure(reasons, rest);
  if (answers.doubt) return unsure([answers.doubt], rest);
  if (!legs.some(({ state }) => state === 'ok')) return unsure(nothingWorks(unchecked), rest);
  return { outcome: 'cleared', findings, legs: table, unchecked };
}

async function askNetwork(
  { ask, facts, target }: PlaybookContext,
  inventory: DnsInventory,
  subject: DnsSubject,
  servers: Server[],
) {
  const place = subject.kind === 'pod' ? subject.place : undefined;
  const places = await choosePlaces(ask, facts, place, replicasOf(servers));
  const [legs, resolverFindings, answers] = await Promise.all([
    askLegs(ask, places, servers, clusterName(inventory)),
    subject.kind === 'pod' ? checkPodResolver(ask, inventory, subject, target) : [],
    checkAnswers(ask, inventory, target, subject, places, servers),
  ]);
  return { legs, resolverFindings, answers };
}

/**
 * Sends what the objects alone suggest before a kubelet has answered, so that one that hangs delays nobody. Asked again
 * in earnest, equal questions are answered at once; the guess is right nearly always, and costs a few probes if not.
 */
async function sendAhead(
  { ask, facts }: PlaybookContext,
  likely: DnsInventory,
  found: FoundSubject,
): Promise<void> {
  const servers = listServers(likely);
  const place = found.kind === 'pod' ? found.place : undefined;
  const ways = choosePlaces(ask, facts, place, replicasOf(servers)).then((places) =>
    Promise.all([
      askLegs(ask, places, servers, clusterName(likely)),
      checkAnswers(ask, likely, { kind: 'cluster' }, { kind: 'cluster' }, places, servers),
    ]),
  );
  await Promise.all([ways, checkPods(ask, likely, facts), checkCorefileTakenUp(ask, likely)]);
}

const replicasOf = (servers: Server[]): Server[] => servers.filter(({ kind }) => kind === 'replica');

/** When the pod that was asked about resolves what it should, faults elsewhere in DNS are worth a word, not an alarm. */
const adviseOnly = (finding: Finding): Finding => ({ ...finding, advisory: true });

function passes(legs: LegResult[], resolved: boolean): boolean {
  const own = legs.filter(({ place }) => !place.control);
  return resolved && own.length > 0 && own.every(({ state }) => state === 'ok');
}

/** Without a single leg seen nothing is known of the network, whatever the objects say; nor without the pod's own. */
function blind(legs: LegResult[], unchecked: Unavailable[]): InconclusiveReason[] {
  const own = legs.filter(({ place }) => !place.control);
  const decisive = own.length > 0 ? own : legs;
  if (decisive.some(({ state }) => state !== 'unknown')) return [];
  return reasonsFor(unchecked);
}

/** No query got through, and no cause was found: whatever else was seen, this is not fine. */
const nothingWorks = (unchecked: Unavailable[]): InconclusiveReason[] =>
  unchecked.length > 0
    ? reasonsFor(unchecked)
    : [{ kind: 'elsewhere', why: 'answer-unexplained', next: 'diagnose cluster' }];

/** Of the pod that was named: without it, or without its resolver, a working cluster says nothing about it. */
function unseenOf(subject: DnsSubject): Unavailable[] {
  if (subject.kind === 'cluster') return subject.unseen ? [subject.unseen] : [];
  return subject.kind === 'pod' && subject.resolver.status === 'unavailable' ? [subject.resolver] : [];
}

const unknownLegs = (legs: LegResult[]): Unavailable[] =>
  legs.map(({ evidence }) => evidence).filter((evidence) => evidence.status === 'unavailable');

const unsure = (
  reasons: InconclusiveReason[],
  rest: Omit<Outcome & { outcome: 'inconclusive' }, 'outcome' | 'reasons'>,
): Outcome => ({ outcome: 'inconclusive', reasons: onceEach(reasons), ...rest });

/** Three nodes that are cut off lead to one and the same place. */
const onceEach = (reasons: InconclusiveReason[]): InconclusiveReason[] => [
  ...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values(),
];
