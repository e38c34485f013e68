// What Kubernetes itself says of a pod that does not do its work: not placed, no image, no network, crashing, ended, not
// ready. Its words are quoted; why an application crashes is not this playbook's question.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Facts } from '../../../diagnosis/facts.ts';
import { type Finding, type FindingParams, podSubject } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { KubernetesEvent, Node, Pod } from '../../../probes/api-objects.ts';
import { getObject, listObjects } from '../../../probes/api-reads.ts';
import { readSandboxError } from '../../../probes/sandbox-errors.ts';
import { checkReporting } from '../nodes/node-reporting.ts';
import { isReady } from '../peer-pods.ts';
import { podCodes } from './pod-codes.ts';

/** Of the kubelet: the plugin failed, or there is none to call yet. */
export const SANDBOX_REASONS = ['FailedCreatePodSandBox', 'NetworkNotReady'];

type NotRunning = Pick<FindingParams['pod.not-running'], 'cause' | 'container' | 'restarts' | 'detail'>;

/** Undefined: it runs and is ready. */
export async function explainState(ask: Ask, facts: Facts, pod: Pod): Promise<Finding | undefined> {
  const { namespace, name } = pod.metadata;
  const home = facts.nodes.find((node) => node.name === pod.spec.nodeName);
  // Of a node that does not report, the control plane says that all pods are not ready: it does not know.
  if (home && !home.ready) return checkReporting(home, await ask(listObjects('nodes', Node)))[0];
  if (isReady(pod)) return undefined;
  const [object, events] = await Promise.all([
    ask(getObject('pods', Pod, name, namespace)),
    ask(
      listObjects('events', KubernetesEvent, {
        namespace,
        fieldSelector: `involvedObject.name=${name},type=Warning`,
      }),
    ),
  ]);
  const warnings = events.status === 'observed' ? events.value.toSorted(byTime) : [];
  const basis = {
    subject: podSubject({ namespace, name }),
    ...(pod.spec.nodeName !== '' && { node: pod.spec.nodeName }),
    confidence: 'proven',
    advisory: false,
    evidence: [object, events] as Evidence<unknown>[],
    remediations: [],
  } satisfies Partial<Finding>;
  const label = `${namespace}/${name}`;

  const sandbox = warnings.findLast(({ reason }) => SANDBOX_REASONS.includes(reason));
  if (sandbox && hasNoSandbox(pod)) {
    const { cause, said } = readSandboxError(sandbox.message);
    return {
      code: 'pod.sandbox-failed',
      ...podCodes['pod.sandbox-failed'],
      params: { pod: label, cause, detail: said },
      explains: ['pod.not-ready'],
      ...basis,
    };
  }
  const notRunning = notRunningCause(pod);
  if (notRunning)
    return {
      code: 'pod.not-running',
      ...podCodes['pod.not-running'],
      params: { pod: label, ...notRunning },
      explains: ['pod.not-listening', 'pod.not-ready'],
      ...basis,
    };
  const ready = pod.status.conditions.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False') return undefined;
  const unhealthy = warnings.findLast(({ reason }) => reason === 'Unhealthy');
  return {
    code: 'pod.not-ready',
    ...podCodes['pod.not-ready'],
    params: {
      pod: label,
      container: pod.status.containerStatuses.find((status) => !status.ready)?.name ?? '',
      detail: unhealthy?.message.trim() || ready.message,
    },
    explains: [],
    ...basis,
  };
}

const byTime = (a: KubernetesEvent, b: KubernetesEvent): number =>
  (a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1;

/** The pod's own frame is not up, so that nothing of it can run; of one that has ended it was taken down. */
export const hasNoSandbox = ({ status }: Pod): boolean =>
  !['Succeeded', 'Failed'].includes(status.phase) &&
  (status.podIP === '' ||
    status.conditions.some(
      ({ type, status: value }) => type === 'PodReadyToStartContainers' && value === 'False',
    ));

function notRunningCause({ metadata, status }: Pod): NotRunning | undefined {
  const none = { container: '', restarts: 0 };
  const { phase, conditions, containerStatuses } = status;
  const ended = containerStatuses.find(({ state }) => state.terminated !== undefined);
  if (phase === 'Succeeded' || phase === 'Failed')
    return { cause: 'ended', ...none, detail: ended ? exitWords(ended.state.terminated) : phase };
  const runs = containerStatuses.some(({ state }) => state.running !== undefined);
  if (metadata.deletionTimestamp !== undefined && !runs) return { cause: 'terminating', ...none, detail: '' };
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return { cause: 'unschedulable', ...none, detail: scheduled.message };
  const waiting = containerStatuses.find(({ state }) => state.waiting !== undefined);
  const { reason = '', message = '' } = waiting?.state.waiting ?? {};
  if (waiting && /Image|ErrPull/.test(reason))
    return {
      cause: 'image',
      container: waiting.name,
      restarts: waiting.restartCount,
      detail: message || reason,
    };
  const crashed =
    reason === 'CrashLoopBackOff' ? waiting : ended && ended.restartCount > 0 && !runs ? ended : undefined;
  if (crashed) {
    const last = crashed.state.terminated ?? crashed.lastState.terminated;
    return {
      cause: 'crashing',
      container: crashed.name,
      restarts: crashed.restartCount,
      detail: exitWords(last),
    };
  }
  if (phase !== 'Running' || !runs) {
    const initialized = conditions.find(
      ({ type, status: value }) => type === 'Initialized' && value === 'False',
    );
    return { cause: 'waiting', ...none, detail: message || reason || initialized?.message || '' };
  }
  return undefined;
}

const exitWords = (end: { reason: string; exitCode: number; message: string } | undefined): string =>
  end ? [`${end.reason || 'Ended'}, exit code ${end.exitCode}`, end.message].filter(Boolean).join(': ') : '';
