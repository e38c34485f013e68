// Everything that is read and tried for a look at the CNI's components, in as few turns as there can be: agents and failing
// pods from the API server, files and the way to the API server from each node; then once more what explains a trouble.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { NodeFacts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Target } from '../../diagnosis/target.ts';
import { Node, Pod } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { hasPodNetwork } from '../branches/peer-pods.ts';
import type { CniNetwork } from '../cni/network.ts';
import { type ExplainedAgent, explainAgent } from './agent-logs.ts';
import { type AgentState, type AgentSurvey, surveyAgents } from './agents.ts';
import { type ServerAccess, tryServer } from './api-server.ts';
import { isSilent } from './conditions.ts';
import { isForeign } from './judge-node.ts';
import { isNearlyFull } from './judge-state.ts';
import { type NodeFiles, readNodeFiles } from './node-files.ts';
import type { NodeView } from './node-view.ts';
import { type Permissions, reviewPermissions } from './permissions.ts';
import { type FailingPod, findFailingPods } from './sandboxes.ts';

export interface HealthSurvey {
  listed: Evidence<Node[]>;
  agents: AgentSurvey;
  explained: ExplainedAgent[];
  permissions: Permissions;
  failing: FailingPod[];
  views: NodeView[];
  access: ServerAccess[];
  /** What the verdict cannot do without, and has not. */
  decisive: Unavailable[];
  unseen: Unavailable[];
}

// What fails alike on hundreds of nodes is told by a few of them.
const MAX_EXPLAINED = 10;
/** In a cluster that is sampled, nodes in trouble beyond the sample. */
const MAX_EXTRA = 5;

export async function surveyHealth(
  ask: Ask,
  target: Target,
  sampled: NodeFacts[],
  describing: Promise<CniNetwork>,
): Promise<HealthSurvey> {
  const isAsked = (name: string): boolean => target.kind !== 'node' || target.node === name;
  const listed = await ask(listObjects('nodes', Node));
  const nodes = listed.status === 'observed' ? listed.value : [];
  const look = (name: string) => lookAtNode(ask, describing, nodes, name);

  const [cni, { unread, ...agents }, { failing, unseen }, looked] = await Promise.all([
    describing,
    describing.then((cni) => examineAgents(ask, cni, nodes, isAsked)),
    findFailingPods(ask, isAsked),
    Promise.all(sampled.map(({ name }) => look(name))),
  ]);
  const troubled = [...agents.explained.map(({ state }) => state.node), ...failing.map(({ node }) => node)];
  const extra = [...new Set(troubled)].filter((name) => !sampled.some((node) => node.name === name));
  const all = [...looked, ...(await Promise.all(extra.slice(0, MAX_EXTRA).map(look)))].flatMap(
    (each) => each ?? [],
  );
  const views = await Promise.all(
    all.map(async ({ node, files }): Promise<NodeView> => {
      const own = failing.filter((each) => each.node === node.metadata.name);
      const attached = needsPods(cni, node, files) ? await attachedPods(ask, node.metadata.name) : undefined;
      return { object: node, listed, files, failing: own, ...(attached && { attached }) };
    }),
  );
  return {
    listed,
    ...agents,
    failing,
    views,
    access: all.map(({ access }) => access),
    decisive: [...(listed.status === 'unavailable' ? [listed] : []), ...agents.agents.unseen, ...unseen],
    unseen: [
      ...agents.permissions.unseen,
      ...unread,
      ...all.flatMap(({ files, access }) => [...files.unseen, ...access.unseen]),
      ...cni.evidence.filter((each) => each.status === 'unavailable'),
    ],
  };
}

interface AgentsExamined {
  agents: AgentSurvey;
  explained: ExplainedAgent[];
  permissions: Permissions;
  unread: Unavailable[];
}

async function examineAgents(
  ask: Ask,
  cni: CniNetwork,
  nodes: Node[],
  isAsked: (name: string) => boolean,
): Promise<AgentsExamined> {
  const agents = await surveyAgents(ask, cni, nodes, isAsked);
  // Those in trouble by their state come first.
  const states = agents.states.toSorted((a, b) => weight(a) - weight(b)).slice(0, MAX_EXPLAINED);
  const [permissions, ...explained] = await Promise.all([
    reviewPermissions(ask, cni, agents),
    ...states.map((state) => explainAgent(ask, cni.agent, state)),
  ]);
  return {
    agents,
    permissions,
    explained: explained.flatMap(({ trouble }) => trouble ?? []),
    unread: explained.flatMap(({ unseen }) => unseen),
  };
}

const weight = ({ kind }: AgentState): number => (kind === 'runs' || kind === 'unknown' ? 1 : 0);

/** Undefined: it does not report, so that nothing can be asked there. */
async function lookAtNode(
  ask: Ask,
  describing: Promise<CniNetwork>,
  nodes: Node[],
  name: string,
): Promise<{ node: Node; files: NodeFiles; access: ServerAccess } | undefined> {
  const node = nodes.find(({ metadata }) => metadata.name === name);
  if (!node || isSilent(node)) return undefined;
  const [files, access] = await Promise.all([readNodeFiles(ask, describing, node), tryServer(ask, name)]);
  return { node, files, access };
}

const needsPods = (cni: CniNetwork, { spec }: Node, files: NodeFiles): boolean =>
  (files.config?.value.kind === 'valid' && isForeign(cni, files.config.value)) ||
  isNearlyFull(files, spec.podCIDRs);

async function attachedPods(ask: Ask, node: string): Promise<NodeView['attached']> {
  const pods = await ask(
    listObjects('pods', Pod, { fieldSelector: `spec.nodeName=${node},status.phase=Running` }),
  );
  if (pods.status === 'unavailable') return undefined;
  return pods.value.filter(hasPodNetwork).map(({ metadata: { namespace, name }, status }) => ({
    name: `${namespace}/${name}`,
    address: status.podIP,
  }));
}
