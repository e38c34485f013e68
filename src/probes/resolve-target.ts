// Checks that what was named exists, completes a pod's name when only one pod begins with it, and takes a node's address
// for its name: alerts know nodes by where their exporter answers.

import type { DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { PodRef, Target, TargetProblem, TargetResolution } from '../diagnosis/target.ts';
import { Namespace, Pod } from './api-objects.ts';
import { getObject, listObjects } from './api-reads.ts';
import { nearestNames } from './nearest-names.ts';

export async function resolveTarget(
  request: DiagnosisRequest,
  facts: Facts,
  ask: Ask,
): Promise<TargetResolution> {
  const target = replaceNodes(request.target, (node) => nodeByAddress(node, facts) ?? node);
  for (const node of nodesOf(target)) {
    if (!facts.nodes.some(({ name }) => name === node)) {
      const nearest = nearestNames(
        node,
        facts.nodes.map(({ name }) => name),
      );
      return { ok: false, problem: { kind: 'target-missing', what: 'node', name: node, nearest } };
    }
  }
  const resolved = new Map<PodRef, PodRef>();
  for (const pod of podsOf(target)) {
    const found = await resolvePod(pod, ask);
    if ('kind' in found) return { ok: false, problem: found };
    resolved.set(pod, found);
  }
  return { ok: true, target: replacePods(target, (pod) => resolved.get(pod) ?? pod) };
}

/** When the API server does not let us look, the name is taken as it is, and the playbook will say what it misses. */
async function resolvePod(pod: PodRef, ask: Ask): Promise<PodRef | TargetProblem> {
  const exact = await ask(getObject('pods', Pod, pod.name, pod.namespace));
  if (exact.status === 'unavailable' || exact.value.found) return pod;
  const [pods, namespace] = await Promise.all([
    ask(listObjects('pods', Pod, { namespace: pod.namespace })),
    ask(getObject('namespaces', Namespace, pod.namespace)),
  ]);
  if (namespace.status === 'observed' && !namespace.value.found) {
    const all = await ask(listObjects('namespaces', Namespace));
    const names = all.status === 'observed' ? all.value.map(({ metadata }) => metadata.name) : [];
    const nearest = nearestNames(pod.namespace, names);
    return { kind: 'target-missing', what: 'namespace', name: pod.namespace, nearest };
  }
  const names = pods.status === 'observed' ? pods.value.map(({ metadata }) => metadata.name).sort() : [];
  const candidates = names.filter((name) => name.startsWith(`${pod.name}-`));
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) return { namespace: pod.namespace, name: only };
  const name = `${pod.namespace}/${pod.name}`;
  if (candidates.length > 1)
    return {
      kind: 'target-ambiguous',
      what: 'pod',
      name,
      candidates: candidates.map((each) => `${pod.namespace}/${each}`),
    };
  const nearest = nearestNames(pod.name, names).map((each) => `${pod.namespace}/${each}`);
  return { kind: 'target-missing', what: 'pod', name, nearest };
}

function podsOf(target: Target): PodRef[] {
  switch (target.kind) {
    case 'pod':
      return [target.pod];
    case 'name':
      return target.pod ? [target.pod] : [];
    case 'flow':
      return [
        ...(target.from.kind === 'pod' ? [target.from.pod] : []),
        ...(target.to.kind === 'pod' ? [target.to.pod] : []),
      ];
    default:
      return [];
  }
}

function nodesOf(target: Target): string[] {
  switch (target.kind) {
    case 'node':
      return [target.node];
    case 'node-pair':
      return [target.from, target.to];
    case 'flow':
      return [
        ...(target.from.kind === 'node' ? [target.from.node] : []),
        ...(target.to.kind === 'node' ? [target.to.node] : []),
      ];
    default:
      return [];
  }
}

/** Nodes may be named after addresses, so a name that exists is a name. */
function nodeByAddress(node: string, { nodes }: Facts): string | undefined {
  if (nodes.some(({ name }) => name === node)) return undefined;
  return nodes.find(({ addresses }) => addresses.includes(node))?.name;
}

function replaceNodes(target: Target, replace: (node: string) => string): Target {
  switch (target.kind) {
    case 'node':
      return { ...target, node: replace(target.node) };
    case 'node-pair':
      return { ...target, from: replace(target.from), to: replace(target.to) };
    default:
      return target;
  }
}

function replacePods(target: Target, replace: (pod: PodRef) => PodRef): Target {
  switch (target.kind) {
    case 'pod':
      return { ...target, pod: replace(target.pod) };
    case 'name':
      return target.pod ? { ...target, pod: replace(target.pod) } : target;
    case 'flow':
      return {
        ...target,
        from: target.from.kind === 'pod' ? { ...target.from, pod: replace(target.from.pod) } : target.from,
        to: target.to.kind === 'pod' ? { ...target.to, pod: replace(target.to.pod) } : target.to,
      };
    default:
      return target;
  }
}
