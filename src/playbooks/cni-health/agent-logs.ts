// Why an agent ends, does not get ready or does not start: its deciding log line, and Kubernetes' own words. Asked only for
// agents that do not do well.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { PodRef } from '../../diagnosis/target.ts';
import { type AgentError, readAgentError, readFreshComplaint } from '../../probes/agent-errors.ts';
import { KubernetesEvent, type Pod } from '../../probes/api-objects.ts';
import { listObjects, readLog } from '../../probes/api-reads.ts';
import type { AgentState } from './agents.ts';
import type { Agents } from './codes.ts';

type TroubledAgent = Extract<AgentState, { kind: 'absent' | 'ends' | 'not-ready' | 'complains' }>;

type RunningAgent = Extract<AgentState, { kind: 'runs' }>;
type StartingAgent = Extract<AgentState, { kind: 'starting' }>;

export interface ExplainedAgent {
  state: TroubledAgent;
  error: AgentError;
  /** The kubelet's or controller's last warning about the pod; empty: none. */
  warning: string;
  /** It was given more than once. */
  repeated: boolean;
  evidence: Evidence<unknown>[];
  unseen: Unavailable[];
}

const TAIL_LINES = 50;
const NO_ERROR: AgentError = { cause: 'unknown', details: {}, line: '' };

/** `trouble` is absent where there is none: it runs and is content, or it is just starting and nobody complains. */
export async function explainAgent(
  ask: Ask,
  agents: Agents & { container: string },
  state: AgentState,
): Promise<{ trouble?: ExplainedAgent; unseen: Unavailable[] }> {
  switch (state.kind) {
    case 'unknown':
      return { unseen: [] };
    case 'runs':
      return explainRunning(ask, agents.container, state);
    case 'starting': {
      const trouble = await explainStarting(ask, agents, state);
      return { ...(trouble && { trouble }), unseen: [] };
    }
    default: {
      const trouble = await explainTrouble(ask, agents, state);
      return { trouble, unseen: trouble.unseen };
    }
  }
}

/** flanneld for one goes on for ten minutes without the API server before it ends (pkg/subnet/kube). */
async function explainRunning(ask: Ask, container: string, { node, pod }: RunningAgent) {
  const log = await ask(readLog(pod.metadata, { container, tailLines: TAIL_LINES }));
  if (log.status === 'unavailable') return { unseen: [log] };
  const error = readFreshComplaint(log.value, Date.parse(log.at));
  if (!error) return { unseen: [] };
  const state = { kind: 'complains', node, pod, container } as const;
  const trouble: ExplainedAgent = {
    ...{ state, error, warning: '', repeated: false },
    evidence: [log],
    unseen: [],
  };
  return { trouble, unseen: [] };
}

async function explainStarting(
  ask: Ask,
  agents: Agents,
  { node, pod }: StartingAgent,
): Promise<ExplainedAgent | undefined> {
  if (pod.metadata.deletionTimestamp !== undefined) return undefined;
  const found = await explainTrouble(ask, agents, {
    node,
    kind: 'absent',
    cause: 'waiting',
    detail: '',
    pod,
  });
  return found.repeated ? found : undefined;
}

async function explainTrouble(
  ask: Ask,
  { namespace, daemonSet }: Agents,
  state: TroubledAgent,
): Promise<ExplainedAgent> {
  const { pod } = state;
  if (state.kind === 'absent' && state.cause === 'not-created') {
    // Nobody but its controller knows why it makes none: quota, admission, a service account that is gone.
    const warnings = await askWarnings(ask, { namespace, name: daemonSet });
    return {
      ...{
        state,
        error: NO_ERROR,
        warning: lastOf(warnings, undefined)?.message.trim() ?? '',
        repeated: false,
      },
      ...{ evidence: [warnings], unseen: warnings.status === 'unavailable' ? [warnings] : [] },
    };
  }
  if (!pod) return { state, error: NO_ERROR, warning: '', repeated: false, evidence: [], unseen: [] };
  const logged = state.kind !== 'absent';
  const [warnings, logs] = await Promise.all([
    askWarnings(ask, pod.metadata),
    logged ? readLogs(ask, pod, state.container) : [],
  ]);
  const [current] = logs;
  const last = lastOf(warnings, state.kind === 'not-ready' ? 'Unhealthy' : undefined);
  return {
    state,
    error: decidingError(logs),
    warning: last?.message.trim() ?? '',
    repeated: (last?.count ?? 0) > 1,
    evidence: [...logs.filter(({ status }) => status === 'observed'), warnings],
    unseen: [current, warnings].filter((each) => each?.status === 'unavailable') as Unavailable[],
  };
}

const askWarnings = (ask: Ask, { namespace, name }: PodRef) =>
  ask(
    listObjects('events', KubernetesEvent, {
      namespace,
      fieldSelector: `involvedObject.name=${name},type=Warning`,
    }),
  );

/** Of the container that is, and of the one before: while it starts again the former may not say anything yet. */
const readLogs = (ask: Ask, { metadata: { namespace, name } }: Pod, container: string) =>
  Promise.all(
    [false, true].map((previous) =>
      ask(readLog({ namespace, name }, { container, tailLines: TAIL_LINES, previous })),
    ),
  );

function decidingError(logs: Evidence<string>[]): AgentError {
  const errors = logs.flatMap((log) => (log.status === 'observed' ? [readAgentError(log.value)] : []));
  return (
    errors.find(({ cause }) => cause !== 'unknown') ?? errors.find(({ line }) => line !== '') ?? NO_ERROR
  );
}

function lastOf(
  events: Evidence<KubernetesEvent[]>,
  reason: string | undefined,
): KubernetesEvent | undefined {
  if (events.status === 'unavailable') return undefined;
  const warnings = events.value
    .filter((event) => reason === undefined || event.reason === reason)
    // Consequences of what is asked about, not its reasons.
    .filter((event) => !['BackOff', 'FailedScheduling'].includes(event.reason))
    .toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1));
  return warnings.at(-1);
}
