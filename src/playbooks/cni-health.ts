// CNI health: do the CNI's own components work, on every node?
//
//   agents, as the API server has them
//     ├─ their DaemonSet is gone, or leaves a node out ..... cni.agent-missing
//     ├─ one ends again and again, or is not ready; its log
//     │    ├─ is refused by the API server ................. cni.agent-unauthorized
//     │    ├─ does not reach it ............................ cni.api-unreachable, or what is in the way: node.* | service.*
//     │    └─ else ......................................... cni.agent-crashing | cni.agent-not-ready
//     └─ they run, and may no longer read what they need ... cni.agent-unauthorized
//   each node: its conditions, its files as the runtime reads them, pods that get no network
//     ├─ the kubelet does not report ....................... node.not-ready
//     ├─ no configuration, an invalid one, another's ....... cni.not-initialized | config-invalid | config-conflict
//     ├─ a program or the agent's state file is missing .... cni.binary-missing | cni.state-file-missing
//     ├─ the bridge has an old address ..................... cni.bridge-address-conflict
//     ├─ no address is left ................................ ipam.node-range-exhausted
//     ├─ somebody marked its network as unavailable ........ cni.network-unavailable
//     └─ pods fail on something else ....................... pod.sandbox-failed, in the kubelet's words
//   a node does not reach the API server ................... cni.api-unreachable, or what is in the way
//   all of it works ........................................ cleared; agents of different versions are advice

import type { Facts, NodeFacts } from '../diagnosis/facts.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type {
  Ask,
  InconclusiveReason,
  Leg,
  Outcome,
  Playbook,
  PlaybookContext,
} from '../diagnosis/playbook.ts';
import type { Target } from '../diagnosis/target.ts';
import { dropCodes } from './branches/dropping-rule.ts';
import { coverageOf, sampleNodes } from './branches/nodes/mesh.ts';
import { nodeCodes } from './branches/nodes/node-codes.ts';
import { checkReporting } from './branches/nodes/node-reporting.ts';
import { podCodes } from './branches/pods/pod-codes.ts';
import { serviceCodes } from './branches/services/service-codes.ts';
import { reasonsFor } from './branches/unseen-reasons.ts';
import type { CniNetwork } from './cni/network.ts';
import { describeCni, unseenCni } from './cni/profiles.ts';
import { judgeAgents } from './cni-health/agent-findings.ts';
import { explainCutOff, isCutOff, legsOf, resultOf, serverFinding } from './cni-health/api-server.ts';
import { cniCodes } from './cni-health/codes.ts';
import { networkComplaint } from './cni-health/conditions.ts';
import { judgeNode } from './cni-health/judge-node.ts';
import { type HealthSurvey, surveyHealth } from './cni-health/survey.ts';

export const cniHealth: Playbook = {
  id: 'cni-health',
  fault: 'cni-health',
  codes: { ...cniCodes, ...nodeCodes, ...dropCodes, ...serviceCodes, ...podCodes },

  appliesTo: (target) =>
    target.kind === 'cluster' || target.kind === 'node'
      ? { applies: true }
      : { applies: false, reason: 'components of the CNI are those of nodes' },

  diagnose: diagnoseCniHealth,
};

async function diagnoseCniHealth(context: PlaybookContext): Promise<Outcome> {
  const { target, facts } = context;
  const nodes = sampleNodes(facts, target).filter(({ name }) => isAsked(target, name));
  return { ...(await examine(context, nodes)), ...coverageOf(facts, target, nodes) };
}

const isAsked = (target: Target, name: string): boolean => target.kind !== 'node' || target.node === name;

async function examine({ target, facts, ask }: PlaybookContext, sampled: NodeFacts[]): Promise<Outcome> {
  const describing = describeCni(ask, facts);
  const survey = await surveyHealth(ask, target, sampled, describing);
  const cni = await describing;
  const { agents, explained, permissions, access, views } = survey;

  const cutOff = await explainServer(ask, facts, cni, survey);
  const findings = [
    ...judgeAgents(cni, agents, explained, permissions, (node) =>
      resultOf(access.find((each) => each.node === node)),
    ),
    ...cutOff.findings,
    ...views.flatMap((view) => judgeNode(cni, view)),
    ...notReporting(facts, survey).filter(({ node = '' }) => isAsked(target, node)),
  ];
  const legs = [...access.flatMap(legsOf), ...cutOff.legs, ...unknownAgents(cni)];
  const unchecked = [
    ...survey.decisive,
    ...survey.unseen,
    ...cutOff.unchecked,
    ...(await unseenCni(ask)),
  ].filter((each, at, all) => all.findIndex(({ probe }) => probe === each.probe) === at);
  if (findings.some(({ advisory }) => !advisory)) return { outcome: 'root-cause', findings, legs, unchecked };

  const reasons = doubts(survey, legs);
  return reasons.length > 0
    ? { outcome: 'inconclusive', reasons, findings, known: [], legs, unchecked }
    : { outcome: 'cleared', findings, legs, unchecked };
}

/** Of a CNI that is not recognised nobody knows which pods are its agents; the table says so. */
const unknownAgents = ({ cni, agent }: CniNetwork): Leg[] =>
  agent.namespace === ''
    ? [
        {
          ...{ control: true, from: 'API', to: 'CNI agents' },
          cells: { TCP: { status: 'unknown', note: `${cni} CNI` } },
        },
      ]
    : [];

/** Where a node was seen not to reach the Service of the API server, or its agent says so. */
async function explainServer(ask: Ask, facts: Facts, cni: CniNetwork, { access, explained }: HealthSurvey) {
  const complaining = explained
    .filter(({ error }) => error.cause === 'api-unreachable')
    .map(({ state }) => state.node);
  const examined = await Promise.all(
    access
      .filter((each) => isCutOff(each) || complaining.includes(each.node))
      .slice(0, MAX_CUT_OFF)
      .map(async (each) => {
        const way = await explainCutOff(ask, facts, cni, each);
        return { ...way, findings: [...way.findings, ...serverFinding(cni, each)] };
      }),
  );
  return {
    findings: examined.flatMap(({ findings }) => findings),
    legs: examined.flatMap((each) => each.legs),
    unchecked: examined.flatMap((each) => each.unchecked),
  };
}

// What cuts off more nodes than that shows on these.
const MAX_CUT_OFF = 3;

/** A node without a network is not ready for that reason alone, and the reason is found. */
function notReporting(facts: Facts, { listed, views }: HealthSurvey): Finding[] {
  const explained = views.filter(({ object }) => networkComplaint(object) !== undefined);
  return facts.nodes
    .filter(({ name }) => !explained.some(({ object }) => object.metadata.name === name))
    .flatMap((node) => checkReporting(node, listed));
}

/** Without what the API server knows, without a node's files, or without one way that was seen to work, nothing is fine. */
function doubts({ decisive, views, access }: HealthSurvey, legs: Leg[]): InconclusiveReason[] {
  if (decisive.length > 0) return reasonsFor(decisive);
  const unseen = views.map(({ files }) => files.unseen[0]);
  if (views.length > 0 && unseen.every((each) => each !== undefined))
    return reasonsFor(unseen.filter((each) => each !== undefined));
  if (legs.some(({ control, cells }) => !control && cells.TCP?.status === 'ok')) return [];
  return reasonsFor(access.flatMap(({ unseen: [first] }) => first ?? []));
}
