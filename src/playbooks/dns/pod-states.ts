// What keeps a CoreDNS pod from serving, read from its state and its logs: a crash and on what, a lost API server, or
// something that it waits for.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { KubernetesEvent, type Pod } from '../../probes/api-objects.ts';
import { listObjects, readLog } from '../../probes/api-reads.ts';

/** Enough for the last start of CoreDNS and what followed. */
export const LOG_LINES = 200;

export type PodState =
  | {
      kind: 'crashing';
      pod: Pod;
      cause: FindingParams['dns.coredns-crashing']['cause'];
      line: string;
      log: Evidence<string>;
    }
  | { kind: 'api-lost'; pod: Pod; line: string; forbidden: boolean; log: Evidence<string> }
  | {
      kind: 'waiting';
      pod: Pod;
      cause: FindingParams['dns.coredns-down']['cause'];
      detail: string;
      log: Evidence<string>;
    };

export async function inspectPod(ask: Ask, pod: Pod): Promise<PodState> {
  const ref = { namespace: pod.metadata.namespace, name: pod.metadata.name };
  const [current, previous] = await Promise.all([
    ask(readLog(ref, { tailLines: LOG_LINES })),
    ask(readLog(ref, { tailLines: LOG_LINES, previous: true })),
  ]);
  const lines = [previous, current].flatMap((log) =>
    log.status === 'observed' ? log.value.split('\n') : [],
  );
  const log = current.status === 'observed' && current.value !== '' ? current : previous;
  const status = pod.status.containerStatuses[0];
  const ended = status?.state.terminated ?? status?.lastState.terminated;
  const crashed =
    status?.state.waiting?.reason === 'CrashLoopBackOff' || status?.state.terminated !== undefined;
  if (crashed || (ended !== undefined && ended.exitCode !== 0 && !status?.ready && isFatal(lines))) {
    return { kind: 'crashing', pod, log, ...crashCause(ended?.reason ?? '', lines) };
  }
  const lost = lines.findLast((line) => API_LOST.test(line));
  if (lost !== undefined)
    return { kind: 'api-lost', pod, line: lost.trim(), forbidden: /is forbidden/.test(lost), log };
  return { kind: 'waiting', pod, log, ...(await waitingCause(ask, pod)) };
}

// plugin/kubernetes and client-go's reflector, when the API cannot be read (errors.md rows 117-121).
const API_LOST =
  /is forbidden: User|[Ff]ailed to (list|watch) \*v1\.|Unauthorized|waiting for Kubernetes API|unsynced Kubernetes API|plugin\/kubernetes: .*(dial tcp|i\/o timeout)/;

// plugin/loop, a Corefile that does not parse, a port in use: CoreDNS ends on these (errors.md rows 116, 124).
const FATAL: [FindingParams['dns.coredns-crashing']['cause'], RegExp][] = [
  ['loop', /plugin\/loop: Loop \(/],
  [
    'corefile-error',
    /Corefile:\d+ - Error during parsing|Error during parsing|Unknown directive|Corefile.*(unexpected|wrong argument)|[Ff]ailed to parse Corefile/,
  ],
  ['other', /\[FATAL\]|panic: |address already in use|plugin\/.*: (.*)unable to/],
];

const isFatal = (lines: string[]): boolean =>
  FATAL.some(([, pattern]) => lines.some((line) => pattern.test(line)));

function crashCause(
  reason: string,
  lines: string[],
): Pick<PodState & { kind: 'crashing' }, 'cause' | 'line'> {
  if (reason === 'OOMKilled') return { cause: 'oom', line: '' };
  for (const [cause, pattern] of FATAL) {
    const line = lines.findLast((candidate) => pattern.test(candidate));
    if (line !== undefined) return { cause, line: line.trim() };
  }
  return { cause: 'other', line: lines.findLast((line) => line.trim() !== '')?.trim() ?? '' };
}

async function waitingCause(
  ask: Ask,
  pod: Pod,
): Promise<Pick<PodState & { kind: 'waiting' }, 'cause' | 'detail'>> {
  const scheduled = pod.status.conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return { cause: 'unschedulable', detail: scheduled.message };
  const waiting = pod.status.containerStatuses[0]?.state.waiting;
  if (waiting && /Image|ErrPull/.test(waiting.reason))
    return { cause: 'image', detail: waiting.message || waiting.reason };
  const sandbox = pod.status.conditions.find(({ type }) => type === 'PodReadyToStartContainers');
  if (sandbox?.status === 'False')
    return { cause: 'sandbox', detail: sandbox.message || (await lastWarning(ask, pod)) };
  const ready = pod.status.conditions.find(({ type }) => type === 'Ready');
  return { cause: 'not-ready', detail: ready?.message ?? waiting?.message ?? '' };
}

/** The kubelet's last complaint about the pod, in its own words; empty when there is none. */
async function lastWarning(ask: Ask, { metadata: { namespace, name } }: Pod): Promise<string> {
  const events = await ask(
    listObjects('events', KubernetesEvent, {
      namespace,
      fieldSelector: `involvedObject.name=${name},type=Warning`,
    }),
  );
  return events.status === 'observed' ? (events.value.at(-1)?.message ?? '') : '';
}
