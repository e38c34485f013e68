// The CNI's agents, node by node, as the API server has them: running, ending again and again, not ready, absent and why.
// What their logs say is read in agent-logs.ts, what it comes to is in agent-findings.ts.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { type Node, Pod, Workload } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { observedOr } from '../branches/nodes/node-finding.ts';
import type { CniNetwork } from '../cni/network.ts';
import { isSilent } from './conditions.ts';
import { madeFor, refusalOf } from './placement.ts';

export type AgentState = { node: string } & (
  | { kind: 'runs'; pod: Pod }
  /** Just made, or made anew: too young to judge, unless somebody complains. */
  | { kind: 'starting'; pod: Pod }
  | { kind: 'absent'; cause: Absence; detail: string; pod?: Pod }
  | ({ kind: 'ends'; pod: Pod } & Ending)
  | { kind: 'not-ready'; pod: Pod; container: string }
  /** Runs, and goes on saying that it gets no answer, or no right one, from the API server. */
  | { kind: 'complains'; pod: Pod; container: string }
  /** The node does not report, so that what is said of its pods is old; or it has just joined. */
  | { kind: 'unknown' }
);

export type Absence =
  | 'not-selected'
  | 'not-tolerated'
  | 'not-created'
  | 'unschedulable'
  | 'image'
  | 'waiting';

export interface Ending {
  container: string;
  restarts: number;
  /** In Kubernetes' words. */
  ended: string;
  outOfMemory: boolean;
  /** Never started at all: then there is no log, and Kubernetes' words are all. */
  neverStarted: boolean;
}

export interface AgentSurvey {
  /** `missing`: nothing of that name. `embedded`: the CNI is part of the node's own software. */
  daemonSet: { kind: 'found'; object: Workload } | { kind: 'missing' | 'embedded' | 'unknown' };
  states: AgentState[];
  /** The nodes that have an agent's pod, whatever it does, and its image. */
  images: { node: string; image: string }[];
  daemonSets: Evidence<Workload[]>;
  /** Absent: it is not known which pods are the CNI's. */
  pods?: Evidence<Pod[]>;
  unseen: Unavailable[];
}

// The kubelet starts a container again after 10 s at first: what ran for longer is not in a loop by that alone.
const YOUNG_MS = 30_000;

export async function surveyAgents(
  ask: Ask,
  { agent }: CniNetwork,
  nodes: Node[],
  named: (name: string) => boolean,
): Promise<AgentSurvey> {
  const known = agent.namespace !== '';
  const [daemonSets, pods] = await Promise.all([
    ask(listObjects('daemonsets', Workload)),
    known
      ? ask(listObjects('pods', Pod, { namespace: agent.namespace, labelSelector: agent.labelSelector }))
      : undefined,
  ]);
  const unseen = [daemonSets, pods].filter((each) => each?.status === 'unavailable');
  const own = observedOr(daemonSets, []).filter((each) => makesAgents(each, agent));
  const [object] = own;
  const embedded = nodes.some(({ status }) => EMBEDDING.test(status.nodeInfo.kubeletVersion));
  const daemonSet =
    object === undefined
      ? { kind: !known || unseen.length > 0 ? 'unknown' : embedded ? 'embedded' : 'missing' }
      : { kind: 'found', object };
  const listed = pods?.status === 'observed' ? pods.value : undefined;
  const states =
    object && listed
      ? nodes
          .filter((node) => named(node.metadata.name) && !isExempt(node))
          .map((node) => stateOn(node, own, listed, Date.parse(pods?.at ?? '')))
      : [];
  return {
    daemonSet: daemonSet as AgentSurvey['daemonSet'],
    states,
    images: (listed ?? []).flatMap(({ spec }) => {
      const image = spec.containers.find(({ name }) => name === agent.container)?.image;
      return image === undefined || spec.nodeName === '' ? [] : [{ node: spec.nodeName, image }];
    }),
    daemonSets,
    ...(pods && { pods }),
    unseen: unseen as Unavailable[],
  };
}

// Distributions whose node software holds the CNI's agent (k3s pkg/agent/flannel; rke2's own CNIs are DaemonSets).
const EMBEDDING = /\+k3s/;

function makesAgents(
  { metadata, spec }: Workload,
  { namespace, daemonSet, labelSelector }: CniNetwork['agent'],
): boolean {
  const [key = '', value] = labelSelector.split('=');
  const labels = { ...spec.selector.matchLabels, ...spec.template?.metadata?.labels };
  return metadata.namespace === namespace && (metadata.name === daemonSet || labels[key] === value);
}

/** Nodes of another kind have an agent of another kind, or none at all. */
const isExempt = ({ metadata: { labels } }: Node): boolean =>
  labels['kubernetes.io/os'] === 'windows' || labels.type === 'virtual-kubelet';

function stateOn(node: Node, daemonSets: Workload[], pods: Pod[], nowMs: number): AgentState {
  const { name, creationTimestamp = '' } = node.metadata;
  if (isSilent(node)) return { node: name, kind: 'unknown' };
  const here = pods.filter((each) => madeFor(each) === name);
  const pod = here.find(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (pod) return { node: name, ...stateOf(pod, nowMs) };
  const refusals = daemonSets.map((each) => refusalOf(each, node));
  const [refusal] = refusals;
  if (refusal && refusals.every(Boolean)) return { node: name, kind: 'absent', ...refusal };
  const [leaving] = here;
  if (leaving) return { node: name, kind: 'starting', pod: leaving };
  // The controller needs a moment for a node that has just joined; whom it leaves out, it leaves out at once.
  return nowMs - Date.parse(creationTimestamp) < YOUNG_MS
    ? { node: name, kind: 'unknown' }
    : { node: name, kind: 'absent', cause: 'not-created', detail: '' };
}

type PodState =
  | Omit<Extract<AgentState, { kind: 'runs' | 'starting' }>, 'node'>
  | Omit<Extract<AgentState, { kind: 'absent' }>, 'node'>
  | Omit<Extract<AgentState, { kind: 'ends' }>, 'node'>
  | Omit<Extract<AgentState, { kind: 'not-ready' }>, 'node'>;

function stateOf(pod: Pod, nowMs: number): PodState {
  const { conditions, containerStatuses, initContainerStatuses } = pod.status;
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return { kind: 'absent', cause: 'unschedulable', detail: scheduled.message, pod };
  const statuses = [...initContainerStatuses, ...containerStatuses];
  const isYoung = (since: string | undefined): boolean => nowMs - Date.parse(since ?? '') < YOUNG_MS;

  for (const status of statuses) {
    const { waiting, running, terminated } = status.state;
    const { reason = '', message = '' } = waiting ?? {};
    if (/Image|ErrPull/.test(reason))
      return { kind: 'absent', cause: 'image', detail: message || reason, pod };
    const last = terminated ?? status.lastState.terminated;
    const failed = terminated !== undefined && terminated.exitCode !== 0;
    const loops = running && status.restartCount > 1 && last && isYoung(running.startedAt);
    if (/CrashLoop|Create|RunContainer/.test(reason) && reason !== 'ContainerCreating')
      return { kind: 'ends', pod, ...endingOf(status, last, message || reason) };
    if (failed || loops) return { kind: 'ends', pod, ...endingOf(status, last, '') };
  }
  const startedAt = containerStatuses.map(({ state }) => state.running?.startedAt);
  const runs = containerStatuses.length > 0 && startedAt.every((each) => each !== undefined);
  if (!runs) {
    const detail = statuses.find(({ state }) => state.waiting)?.state.waiting?.message ?? '';
    return isYoung(pod.metadata.creationTimestamp)
      ? { kind: 'starting', pod }
      : { kind: 'absent', cause: 'waiting', detail, pod };
  }
  const unready = containerStatuses.find(({ ready }) => !ready);
  if (!unready) return { kind: 'runs', pod };
  return startedAt.some(isYoung)
    ? { kind: 'starting', pod }
    : { kind: 'not-ready', pod, container: unready.name };
}

type ContainerStatus = Pod['status']['containerStatuses'][number];

function endingOf(
  { name, restartCount }: ContainerStatus,
  last: ContainerStatus['lastState']['terminated'],
  otherwise: string,
): Ending {
  return {
    container: name,
    restarts: restartCount,
    ended: last
      ? [`${last.reason || 'Ended'}, exit code ${last.exitCode}`, last.message.split('\n')[0]]
          .filter(Boolean)
          .join(': ')
      : otherwise,
    outOfMemory: last?.reason === 'OOMKilled',
    neverStarted: last === undefined || last.reason === 'StartError',
  };
}
