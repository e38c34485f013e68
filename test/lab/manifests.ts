// What runs in the cluster: CNI and DNS (manifests/), the demo workloads, the product as deploy/kubernetes has it.
// Applies them, and tells when all of them are ready.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import { mustRun } from './command.ts';
import { kubeconfigPath } from './credentials.ts';
import { labSourceDir } from './paths.ts';
import type { LabRecord } from './state.ts';
import type { CniName } from './topology.ts';

const manifestsDir = join(labSourceDir, 'manifests');
const flannelBackends: Record<CniName, string> = { 'flannel-vxlan': 'vxlan', 'flannel-host-gw': 'host-gw' };

export const applyManifests = async (stateDir: string, { spec, parts }: LabRecord) => {
  const kubectl = (args: readonly string[], stdin?: string) =>
    mustRun(
      [join(parts.kubernetesDir, 'kubectl'), '--kubeconfig', kubeconfigPath(stateDir, 'admin'), ...args],
      {
        stdin: stdin ?? '',
        env: { ...process.env, KUBECACHEDIR: join(stateDir, 'kubectl-cache') },
      },
    );
  const texts = await Promise.all(
    ['flannel', 'coredns', 'demo'].map((name) => readFile(join(manifestsDir, `${name}.yaml`), 'utf8')),
  );
  const product = await kubectl(['kustomize', join(manifestsDir, 'product')]);
  const all = [...texts, product].join('\n---\n').replaceAll('FLANNEL_BACKEND', flannelBackends[spec.cni]);
  await kubectl(['apply', '--validate=false', '-f', '-'], all);
};

interface List<T> {
  readonly items: readonly T[];
}
interface NodeObject {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
interface Workload {
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly replicas?: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
  };
}

export const workloadsReady = async (api: ApiClient, nodeCount: number): Promise<true | undefined> => {
  const list = async <T>(path: string) => ((await api.get(path)) as List<T>).items;
  const [nodes, deployments, daemonSets] = await Promise.all([
    list<NodeObject>('/api/v1/nodes'),
    list<Workload>('/apis/apps/v1/deployments'),
    list<Workload>('/apis/apps/v1/daemonsets'),
  ]);
  const isReadyNode = ({ status }: NodeObject) =>
    status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  const isObserved = ({ metadata, status }: Workload) => status.observedGeneration === metadata.generation;
  const ready =
    nodes.filter(isReadyNode).length === nodeCount &&
    [...deployments, ...daemonSets].every(isObserved) &&
    deployments.every(({ spec, status }) => (status.readyReplicas ?? 0) === spec.replicas) &&
    daemonSets.every(
      ({ status }) => status.desiredNumberScheduled === nodeCount && status.numberReady === nodeCount,
    );
  return ready || undefined;
};
