// Why CoreDNS pods are not serving: scaled away, not scheduled, no image, no network, crashing (and on what), or cut
// off from the API server. States come from the API server, the deciding line from the logs.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { KubernetesEvent, type Pod } from '../../probes/api-objects.ts';
import { listObjects, readLog, reviewAccess } from '../../probes/api-reads.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory, isReady } from './inventory.ts';

const LOG_LINES = 200;

/** What CoreDNS has to list and watch, from its own ClusterRole (coredns/deployment, kubernetes/coredns.yaml.sed). */
const NEEDED = [
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
  { group: '', resource: 'services' },
  { group: '', resource: 'namespaces' },
];

/** Pods that are not ready, and permissions that are missing; empty when all replicas serve. */
export async function checkPods(inventory: DnsInventory, ask: Ask, facts: Facts): Promise<Finding[]> {
  if (inventory.evidence.pods.status === 'unavailable') return [];
  const broken = inventory.pods.filter((pod) => !isReady(pod));
  const [access, ...states] = await Promise.all([
    reviewPermissions(inventory, ask),
    ...broken.map((pod) => inspectPod(pod, ask)),
  ]);
  const crashing = states.filter((state) => state.kind === 'crashing');
  const ready = inventory.pods.length - broken.length;
  return [
    ...(await absentPods(inventory, ask)),
    ...crashFinding(crashing, ready),
    ...apiFinding(inventory, access, states, ready),
    ...notServing(inventory, states, ready),
    ...onLostNodes(states, facts, ready),
  ];
}

type PodState =
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

async function inspectPod(pod: Pod, ask: Ask): Promise<PodState> {
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
  return { kind: 'waiting', pod, log, ...waitingCause(pod) };
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

function waitingCause(pod: Pod): Pick<PodState & { kind: 'waiting' }, 'cause' | 'detail'> {
  const scheduled = pod.status.conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') return { cause: 'unschedulable', detail: scheduled.message };
  const waiting = pod.status.containerStatuses[0]?.state.waiting;
  if (waiting && /Image|ErrPull/.test(waiting.reason))
    return { cause: 'image', detail: waiting.message || waiting.reason };
  const sandbox = pod.status.conditions.find(({ type }) => type === 'PodReadyToStartContainers');
  if (sandbox?.status === 'False') return { cause: 'sandbox', detail: sandbox.message };
  const ready = pod.status.conditions.find(({ type }) => type === 'Ready');
  return { cause: 'not-ready', detail: ready?.message ?? waiting?.message ?? '' };
}

/** No pods at all: somebody scaled them away, removed the Deployment, or they cannot be created. */
async function absentPods(inventory: DnsInventory, ask: Ask): Promise<Finding[]> {
  const { deployments, pods } = inventory.evidence;
  if (inventory.pods.length > 0 || deployments.status === 'unavailable') return [];
  const { deployment } = inventory;
  const wanted = deployment?.spec.replicas ?? 0;
  const failure = deployment?.status.conditions.find(({ type }) => type === 'ReplicaFailure');
  const cause = !deployment ? 'deployment-missing' : wanted === 0 ? 'scaled-to-zero' : 'not-created';
  const events = cause === 'not-created' && !failure ? await lastWarning(ask) : '';
  return [down(inventory, cause, failure?.message ?? events, [deployments, pods])];
}

async function lastWarning(ask: Ask): Promise<string> {
  const events = await ask(
    listObjects('events', KubernetesEvent, { namespace: DNS_NAMESPACE, fieldSelector: 'type=Warning' }),
  );
  if (events.status === 'unavailable') return '';
  return (
    events.value.findLast(({ involvedObject }) => /coredns|kube-dns/.test(involvedObject.name))?.message ?? ''
  );
}

function crashFinding(crashing: (PodState & { kind: 'crashing' })[], ready: number): Finding[] {
  // One crash with a known reason tells more than its sibling whose log is already gone.
  const telling = crashing.find(({ cause }) => cause !== 'other') ?? crashing[0];
  if (!telling) return [];
  const { namespace, name } = telling.pod.metadata;
  return [
    {
      code: 'dns.coredns-crashing',
      ...dnsCodes['dns.coredns-crashing'],
      params: {
        cause: telling.cause,
        line: telling.line,
        ready,
        pods: crashing.map(({ pod }) => pod.metadata.name),
      },
      subject: { kind: 'pod', namespace, name },
      layer: 'k8s',
      confidence: telling.cause === 'other' ? 'likely' : 'proven',
      advisory: false,
      evidence: [telling.log],
      explains: ['dns.coredns-down', 'dns.replica-bad'],
      remediations: [],
    },
  ];
}

interface Permissions {
  user: string;
  denied: string[];
  evidence: Evidence<boolean>[];
}

async function reviewPermissions(inventory: DnsInventory, ask: Ask): Promise<Permissions> {
  const account = inventory.pods[0]?.spec.serviceAccountName ?? 'coredns';
  const user = `system:serviceaccount:${DNS_NAMESPACE}:${account}`;
  // The groups that the API server gives every service account; without them bindings to groups would be missed.
  const groups = [
    'system:serviceaccounts',
    `system:serviceaccounts:${DNS_NAMESPACE}`,
    'system:authenticated',
  ];
  const evidence = await Promise.all(
    NEEDED.flatMap(({ group, resource }) =>
      ['list', 'watch'].map((verb) => ask(reviewAccess(user, groups, { verb, group, resource }))),
    ),
  );
  const denied = evidence
    .filter((review) => review.status === 'observed' && !review.value)
    .map((review) =>
      review.label.topic === 'api.may' ? `${review.label.params.verb} ${review.label.params.resource}` : '',
    );
  return { user, denied, evidence };
}

/**
 * Missing permission is proven by the authorizer itself. While replicas still answer from what they once read it is
 * advisory: names resolve, and will go stale.
 */
function apiFinding(
  inventory: DnsInventory,
  access: Permissions,
  states: PodState[],
  ready: number,
): Finding[] {
  const lost = states.filter((state) => state.kind === 'api-lost');
  const [first] = lost;
  const forbidden = access.denied.length > 0;
  if (!first && !forbidden) return [];
  const pods =
    lost.length > 0
      ? lost.map(({ pod }) => pod.metadata.name)
      : inventory.pods.map(({ metadata }) => metadata.name);
  const cause = forbidden || first?.forbidden ? 'forbidden' : 'unreachable';
  const denials = access.evidence.filter((review) => review.status === 'observed' && !review.value);
  return [
    {
      code: 'dns.api-access-lost',
      ...dnsCodes['dns.api-access-lost'],
      params: { cause, pods, user: access.user, line: first?.line ?? access.denied.join(', ') },
      subject: { kind: 'pod', namespace: DNS_NAMESPACE, name: pods[0] ?? 'coredns' },
      confidence: 'proven',
      advisory: ready > 0 && lost.length === 0,
      evidence: first ? [first.log, ...denials] : denials,
      explains: ['dns.coredns-down', 'dns.replica-bad'],
      remediations: [],
    },
  ];
}

/**
 * Pods that wait for something else: a cause of its own only when no replica serves. While others do, one that cannot
 * start is worth a word (a roll-out is stuck); one that merely is not ready yet is everyday life.
 */
function notServing(inventory: DnsInventory, states: PodState[], ready: number): Finding[] {
  const waiting = states.filter((state) => state.kind === 'waiting');
  const [first] = waiting;
  if (ready === 0 && first && waiting.length === states.length)
    return [down(inventory, first.cause, first.detail, [inventory.evidence.pods, first.log])];
  const stuck = waiting.find(({ cause }) => cause !== 'not-ready');
  if (ready === 0 || !stuck) return [];
  const finding = down(inventory, stuck.cause, stuck.detail, [inventory.evidence.pods, stuck.log], ready);
  return [{ ...finding, advisory: true }];
}

/** Replicas that went down with their node, while others serve. */
function onLostNodes(states: PodState[], facts: Facts, ready: number): Finding[] {
  if (ready === 0) return [];
  return states.flatMap(({ pod, log }): Finding[] => {
    const node = facts.nodes.find(({ name }) => name === pod.spec.nodeName);
    if (!node || node.ready) return [];
    const { namespace, name } = pod.metadata;
    return [
      {
        code: 'dns.replica-bad',
        ...dnsCodes['dns.replica-bad'],
        params: {
          cause: 'node-not-ready',
          replicas: [name],
          nodes: [node.name],
          good: ready,
          detail: node.notReadyReason ?? '',
        },
        subject: { kind: 'pod', namespace, name },
        node: node.name,
        confidence: 'proven',
        advisory: false,
        evidence: [log],
        explains: ['dns.intermittent-timeout'],
        remediations: [],
      },
    ];
  });
}

function down(
  inventory: DnsInventory,
  cause: FindingParams['dns.coredns-down']['cause'],
  detail: string,
  evidence: Evidence<unknown>[],
  ready = 0,
): Finding {
  const { namespace, name } = inventory.deployment?.metadata ?? { namespace: DNS_NAMESPACE, name: 'coredns' };
  return {
    code: 'dns.coredns-down',
    ...dnsCodes['dns.coredns-down'],
    params: {
      cause,
      detail,
      deployment: `${namespace}/${name}`,
      desired: inventory.deployment?.spec.replicas ?? 0,
      ready,
    },
    subject: { kind: 'deployment', namespace, name },
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: ['dns.replica-bad', 'dns.udp-blocked'],
    remediations: [],
  };
}
