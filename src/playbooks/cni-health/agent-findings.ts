// What the CNI's agents and their permissions come to. Agents that fail alike are one finding: of the one pod or node where
// there is one, else of the DaemonSet.

import type { Evidence } from '../../diagnosis/evidence.ts';
import { type CodeDefinition, type Finding, type FindingCode, podSubject } from '../../diagnosis/finding.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { ExplainedAgent } from './agent-logs.ts';
import type { AgentSurvey } from './agents.ts';
import { type Agents, cniCodes } from './codes.ts';
import type { Permissions } from './permissions.ts';

/** What an agent that does not work leads to on its node; it writes these files when it starts. */
const CONSEQUENCES: FindingCode[] = [
  'cni.not-initialized',
  'cni.state-file-missing',
  'cni.network-unavailable',
  'pod.sandbox-failed',
  'pod.not-running',
  'pod.not-ready',
  'node.not-ready',
];

/** Of what is so everywhere: which files a node lacks may have another reason on that node. */
const EVERYWHERE: FindingCode[] = ['pod.sandbox-failed', 'pod.not-running', 'pod.not-ready'];

/** The way from a node to the API server, as it was just tried. */
export type ToServer = (node: string) => { address: string; fails: string } | undefined;

export function judgeAgents(
  cni: CniNetwork,
  survey: AgentSurvey,
  troubled: ExplainedAgent[],
  permissions: Permissions,
  toServer: ToServer,
): Finding[] {
  const agents = { namespace: cni.agent.namespace, daemonSet: nameOf(cni, survey) };
  const explained = troubled.filter((each) => !isOver(each, permissions));
  return [
    ...withoutDaemonSet(cni, survey, agents),
    ...grouped(explained.filter(({ state }) => state.kind === 'absent')).map((group) =>
      absent(agents, survey, group),
    ),
    ...grouped(explained.filter(({ state }) => state.kind !== 'absent')).map((group) =>
      failing(agents, cni, group, permissions, toServer),
    ),
    ...refusedOnly(agents, survey, explained, permissions),
    ...differing(agents, survey),
  ];
}

/** It was refused a moment ago, and may do that very thing by now. */
const isOver = ({ state, error }: ExplainedAgent, { allowed }: Permissions): boolean => {
  const [, verb, resource] = /cannot (\w+) resource \\?"(\w+)/.exec(error.line) ?? [];
  return state.kind === 'complains' && allowed.includes(`${verb} ${resource}`);
};

const nameOf = ({ agent }: CniNetwork, { daemonSet }: AgentSurvey): string =>
  daemonSet.kind === 'found' ? daemonSet.object.metadata.name : agent.daemonSet;

function withoutDaemonSet(cni: CniNetwork, survey: AgentSurvey, agents: Agents): Finding[] {
  if (survey.daemonSet.kind !== 'missing') return [];
  const settings = cni.evidence.some((each) => each.status === 'observed' && isFound(each.value));
  return [
    {
      code: 'cni.agent-missing',
      ...cniCodes['cni.agent-missing'],
      params: { ...agents, cause: 'no-daemonset', nodes: [], detail: '' },
      subject: { kind: 'daemonset', namespace: agents.namespace, name: agents.daemonSet },
      // Its settings are still there: it was a DaemonSet of this cluster.
      confidence: settings ? 'proven' : 'likely',
      advisory: false,
      evidence: [survey.daemonSets, ...cni.evidence],
      explains: [...EVERYWHERE, 'cni.state-file-missing'],
      remediations: [],
    },
  ];
}

const isFound = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'found' in value && value.found === true;

type Group = [ExplainedAgent, ...ExplainedAgent[]];

function grouped(explained: ExplainedAgent[]): Group[] {
  const groups = Map.groupBy(explained, ({ state, error }) =>
    state.kind === 'absent' ? state.cause : codeOf(state, error.cause),
  );
  return [...groups.values()] as Group[];
}

/** An agent that ends and one that only complains may do so of the same thing. */
const codeOf = ({ kind }: ExplainedAgent['state'], cause: string): string =>
  cause.startsWith('api-') || cause === 'lookup-failed' ? cause : `${kind} ${cause}`;

const nodesOf = (group: Group): string[] => group.map(({ state }) => state.node);
const podsOf = (group: Group): string[] => group.flatMap(({ state }) => state.pod?.metadata.name ?? []);

/** A finding about one agent sits on its node; about several, on none. */
function basis(agents: Agents, group: Group, of: 'pod' | 'node', definition: CodeDefinition) {
  const [first, ...others] = group;
  const { node, pod } = first.state;
  const subject =
    others.length > 0
      ? { kind: 'daemonset', namespace: agents.namespace, name: agents.daemonSet }
      : of === 'pod' && pod
        ? podSubject(pod.metadata)
        : { kind: 'node', name: node };
  return {
    ...definition,
    subject,
    ...(others.length === 0 && { node }),
    confidence: 'proven',
    advisory: false,
    explains: others.length === 0 ? CONSEQUENCES : EVERYWHERE,
    remediations: [],
  } satisfies Partial<Finding>;
}

function absent(agents: Agents, { daemonSets, pods }: AgentSurvey, group: Group): Finding {
  const [{ state, warning, evidence }] = group;
  const [cause, detail] = state.kind === 'absent' ? [state.cause, state.detail] : ['waiting' as const, ''];
  const listed = [daemonSets, ...(pods ? [pods] : [])];
  return {
    code: 'cni.agent-missing',
    params: { ...agents, cause, nodes: nodesOf(group), detail: detail || warning },
    ...basis(agents, group, 'node', cniCodes['cni.agent-missing']),
    evidence: cause.startsWith('not-') ? [...listed, ...evidence] : [...evidence, ...listed],
  };
}

function failing(
  agents: Agents,
  cni: CniNetwork,
  group: Group,
  permissions: Permissions,
  toServer: ToServer,
): Finding {
  const [{ state, error, warning }] = group;
  const ways = group.flatMap(({ state: { node } }) => toServer(node) ?? []);
  const seen = ways.find(({ fails }) => fails !== '')?.fails ?? '';
  const passes = ways.some(({ address, fails }) => address === error.details.server && fails === '');
  const evidence = group.flatMap((each) => each.evidence);
  const common = {
    ...agents,
    pods: podsOf(group),
    nodes: nodesOf(group),
    line: error.line || (state.kind === 'ends' && state.neverStarted ? state.ended : ''),
  };
  switch (error.cause) {
    case 'api-unauthorized':
      return {
        code: 'cni.agent-unauthorized',
        params: { ...common, user: error.details.user ?? '', denied: permissions.denied },
        ...basis(agents, group, 'pod', cniCodes['cni.agent-unauthorized']),
        evidence: [...permissions.evidence, ...evidence],
      };
    case 'api-unreachable':
    case 'api-certificate':
    case 'lookup-failed':
      return {
        code: 'cni.api-unreachable',
        params: {
          ...common,
          cause: REACHING[error.cause],
          server: error.details.server ?? '',
          seen,
        },
        ...basis(agents, group, 'node', cniCodes['cni.api-unreachable']),
        // What its log says is over, where the same way passes now.
        confidence: seen === '' ? 'likely' : 'proven',
        advisory: passes && seen === '' && state.kind === 'complains',
        evidence,
      };
    default:
      return state.kind === 'not-ready'
        ? {
            code: 'cni.agent-not-ready',
            params: { ...common, message: warning },
            ...basis(agents, group, 'pod', cniCodes['cni.agent-not-ready']),
            evidence,
          }
        : crashing(agents, cni, group, common, evidence);
  }
}

const REACHING = {
  'api-unreachable': 'no-answer',
  'api-certificate': 'certificate',
  'lookup-failed': 'lookup',
} as const;

function crashing(
  agents: Agents,
  { agent }: CniNetwork,
  group: Group,
  common: Agents & { pods: string[]; nodes: string[]; line: string },
  evidence: Evidence<unknown>[],
): Finding {
  const [{ state, error }] = group;
  const ending = state.kind === 'ends' ? state : undefined;
  const cause = ending?.outOfMemory ? 'out-of-memory' : ending?.neverStarted ? 'start-failed' : error.cause;
  return {
    code: 'cni.agent-crashing',
    params: {
      ...common,
      cause,
      container: ending?.container ?? agent.container,
      restarts: ending?.restarts ?? 0,
      ended: ending?.neverStarted ? '' : (ending?.ended ?? ''),
      configMap: agent.configMap ?? '',
    },
    ...basis(agents, group, 'pod', cniCodes['cni.agent-crashing']),
    evidence,
  };
}

/** Agents that run have what they asked for at their start; what they may no longer do shows with the next change. */
function refusedOnly(
  agents: Agents,
  { daemonSets }: AgentSurvey,
  explained: ExplainedAgent[],
  { denied, user, evidence }: Permissions,
): Finding[] {
  if (denied.length === 0 || explained.some(({ error }) => error.cause === 'api-unauthorized')) return [];
  return [
    {
      code: 'cni.agent-unauthorized',
      ...cniCodes['cni.agent-unauthorized'],
      params: { ...agents, pods: [], nodes: [], user, denied, line: '' },
      subject: { kind: 'daemonset', namespace: agents.namespace, name: agents.daemonSet },
      confidence: 'proven',
      advisory: false,
      evidence: [...evidence, daemonSets],
      explains: EVERYWHERE,
      remediations: [],
    },
  ];
}

function differing(agents: Agents, { images, pods, daemonSets }: AgentSurvey): Finding[] {
  const byImage = Map.groupBy(images, ({ image }) => image);
  if (byImage.size < 2) return [];
  return [
    {
      code: 'cni.version-skew',
      ...cniCodes['cni.version-skew'],
      params: {
        ...agents,
        versions: [...byImage]
          .map(([image, on]) => ({ image, nodes: on.map(({ node }) => node).toSorted() }))
          .toSorted((a, b) => b.nodes.length - a.nodes.length),
      },
      subject: { kind: 'daemonset', namespace: agents.namespace, name: agents.daemonSet },
      confidence: 'proven',
      // A roll-out that goes on looks the same.
      advisory: true,
      evidence: [pods ?? daemonSets],
      explains: [],
      remediations: [],
    },
  ];
}
