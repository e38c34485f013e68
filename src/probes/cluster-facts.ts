// Reads the facts that every diagnosis starts from, in one round trip: nodes, the CNI, where our agent runs.
// Without a node list there is nothing to reason about, and the diagnosis ends with that problem.

import { AGENT_NAMESPACE, AGENT_SELECTOR } from '../cluster/access.ts';
import type { ClusterProblem } from '../diagnosis/engine.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Facts, NodeFacts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import { Node, Pod, Workload } from './api-objects.ts';
import { listObjects, serverVersion } from './api-reads.ts';

const listNodes = listObjects('nodes', Node);
const listDaemonSets = listObjects('daemonsets', Workload);
const listAgents = listObjects('pods', Pod, { namespace: AGENT_NAMESPACE, labelSelector: AGENT_SELECTOR });

// Label or name of each CNI's node agent (reference: each project's own manifests and charts).
const CNI_AGENTS: { cni: string; label?: [string, string]; name: string }[] = [
  { cni: 'cilium', label: ['k8s-app', 'cilium'], name: 'cilium' },
  { cni: 'calico', label: ['k8s-app', 'calico-node'], name: 'calico-node' },
  { cni: 'calico', label: ['k8s-app', 'canal'], name: 'canal' },
  { cni: 'terway', label: ['app', 'terway'], name: 'terway-eniip' },
  { cni: 'flannel', label: ['app', 'flannel'], name: 'kube-flannel-ds' },
];

export async function loadFacts(
  ask: Ask,
): Promise<{ ok: true; facts: Facts } | { ok: false; problem: ClusterProblem }> {
  const [nodes, daemonSets, agents, version] = await Promise.all([
    ask(listNodes),
    ask(listDaemonSets),
    ask(listAgents),
    ask(serverVersion),
  ]);
  if (nodes.status === 'unavailable') {
    const kind = nodes.reason === 'forbidden' ? 'no-permission' : 'cluster-unreachable';
    return { ok: false, problem: { kind, detail: nodes.detail } };
  }
  return {
    ok: true,
    facts: {
      kubernetesVersion: version.status === 'observed' ? version.value : 'unknown',
      cni: daemonSets.status === 'observed' ? recognizeCni(daemonSets.value, nodes.value) : 'unknown',
      nodes: nodes.value
        .map((node) => nodeFacts(node, agents))
        .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    },
  };
}

// What each CNI's agent leaves on the nodes that it has set up (the same manifests, and their sources).
const CNI_ANNOTATIONS: { cni: string; prefix: string }[] = [
  { cni: 'cilium', prefix: 'network.cilium.io/' },
  { cni: 'calico', prefix: 'projectcalico.org/' },
  { cni: 'flannel', prefix: 'flannel.alpha.coreos.com/' },
];

/** By its DaemonSet; where that is gone, or was never one, by what it wrote on the nodes. */
function recognizeCni(daemonSets: Workload[], nodes: Node[]): string {
  const known = CNI_AGENTS.find(({ label, name }) =>
    daemonSets.some(
      ({ metadata, spec }) =>
        metadata.name === name ||
        (label !== undefined &&
          (metadata.labels[label[0]] === label[1] || spec.selector.matchLabels[label[0]] === label[1])),
    ),
  );
  if (known) return known.cni;
  const annotations = nodes.flatMap(({ metadata }) => Object.keys(metadata.annotations));
  return (
    CNI_ANNOTATIONS.find(({ prefix }) => annotations.some((name) => name.startsWith(prefix)))?.cni ??
    'unknown'
  );
}

function nodeFacts(node: Node, agents: Evidence<Pod[]>): NodeFacts {
  const ready = node.status.conditions.find((condition) => condition.type === 'Ready');
  const isReady = ready?.status === 'True';
  const { podCIDR, podCIDRs } = node.spec;
  return {
    name: node.metadata.name,
    addresses: node.status.addresses
      .filter(({ type }) => type === 'InternalIP')
      .map(({ address }) => address),
    podCidrs: podCIDRs.length > 0 || podCIDR === undefined ? podCIDRs : [podCIDR],
    ready: isReady,
    ...(isReady ? {} : { notReadyReason: ready?.message || ready?.reason || 'no Ready condition' }),
    agent: agentOn(node.metadata.name, agents),
  };
}

function agentOn(node: string, agents: Evidence<Pod[]>): NodeFacts['agent'] {
  if (agents.status === 'unavailable') return { status: 'absent', why: agents.detail };
  const pod = agents.value.find(({ spec }) => spec.nodeName === node);
  if (!pod) return { status: 'absent', why: `no cni-agent pod on ${node}` };
  const { phase } = pod.status;
  if (phase !== 'Running') return { status: 'absent', why: `${pod.metadata.name} is ${phase}` };
  return { status: 'ready', pod: pod.metadata.name };
}
