// Why CoreDNS pods are not serving: scaled away, not scheduled, no image, no network, crashing (and on what), or cut
// off from the API server. States come from the API server, the deciding line from the logs.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { KubernetesEvent } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { apiFinding, reviewPermissions } from './api-access.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory, isReady } from './inventory.ts';
import { inspectPod, type PodState } from './pod-states.ts';

/** Pods that are not ready, and permissions that are missing; empty when all replicas serve. */
export async function checkPods(ask: Ask, inventory: DnsInventory, facts: Facts): Promise<Finding[]> {
  if (inventory.evidence.pods.status === 'unavailable') return [];
  const broken = inventory.pods.filter((pod) => !isReady(pod));
  const [access, ...states] = await Promise.all([
    reviewPermissions(ask, inventory),
    ...broken.map((pod) => inspectPod(ask, pod)),
  ]);
  const crashing = states.filter((state) => state.kind === 'crashing');
  const ready = inventory.pods.length - broken.length;
  return [
    ...(await absentPods(ask, inventory)),
    ...crashFinding(crashing, ready),
    ...apiFinding(inventory, access, states, ready),
    ...notServing(inventory, states, ready),
    ...onLostNodes(states, facts, ready),
  ];
}

/** No pods at all: somebody scaled them away, removed the Deployment, or they cannot be created. */
async function absentPods(ask: Ask, inventory: DnsInventory): Promise<Finding[]> {
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
