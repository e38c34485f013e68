// Places the agent for the time of a run where it is not installed, from the manifests in deploy/, and takes away just
// what it placed. Acts with the rights of whoever runs the command line; the worker never comes here.

import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type KubeConfig, type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';

export type Placement =
  | {
      status: 'placed';
      /** Nodes that got an agent, and those where it did not start in time. */
      ready: number;
      wanted: number;
      remove(): Promise<void>;
    }
  | { status: 'already-there' }
  | { status: 'refused'; detail: string };

const MANIFESTS = ['namespace.yaml', 'agent.yaml'].map(
  (name) => new URL(`../../deploy/kubernetes/${name}`, import.meta.url),
);

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 250;

interface DaemonSet extends KubernetesObject {
  spec: { template: { spec: { containers: { image: string }[] } } };
  status?: { desiredNumberScheduled?: number; numberReady?: number };
}

/** `image` must be one that the nodes have or can pull. */
export async function placeAgents(
  kubeConfig: KubeConfig,
  image: string,
  signal: AbortSignal,
): Promise<Placement> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  const objects = await readManifests(image);
  const created: KubernetesObject[] = [];
  const remove = async (): Promise<void> => {
    for (const object of created.toReversed()) await ignoring(404, () => api.delete(object));
  };
  try {
    for (const object of objects) if (await ignoring(409, () => api.create(object))) created.push(object);
    const daemonSet = created.find(({ kind }) => kind === 'DaemonSet');
    if (!daemonSet) {
      await remove();
      return { status: 'already-there' };
    }
    const { ready, wanted } = await waitUntilReady(api, daemonSet, signal);
    return { status: 'placed', ready, wanted, remove };
  } catch (error) {
    await remove();
    return { status: 'refused', detail: messageOf(error) };
  }
}

async function readManifests(image: string): Promise<KubernetesObject[]> {
  const texts = await Promise.all(MANIFESTS.map((file) => readFile(file, 'utf8')));
  const objects = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject),
  );
  for (const object of objects)
    if (object.kind === 'DaemonSet')
      for (const container of (object as DaemonSet).spec.template.spec.containers) container.image = image;
  return objects;
}

async function waitUntilReady(
  api: KubernetesObjectApi,
  daemonSet: KubernetesObject,
  signal: AbortSignal,
): Promise<{ ready: number; wanted: number }> {
  const header = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: daemonSet.metadata?.name ?? '', namespace: daemonSet.metadata?.namespace ?? '' },
  };
  const attempts = READY_TIMEOUT_MS / POLL_MS;
  let seen = { ready: 0, wanted: 0 };
  for (let attempt = 0; attempt < attempts && !signal.aborted; attempt += 1) {
    const { status } = (await api.read(header)) as DaemonSet;
    seen = { ready: status?.numberReady ?? 0, wanted: status?.desiredNumberScheduled ?? 0 };
    if (seen.wanted > 0 && seen.ready >= seen.wanted) break;
    await delay(POLL_MS);
  }
  return seen;
}

/** Undefined when the API server answered with that status, which is as good as done. */
async function ignoring<T>(status: number, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if ((error as { code?: unknown }).code === status) return undefined;
    throw error;
  }
}

/** The library puts the API server's Status object, as text, into `body` and headers into `message`. */
function messageOf(error: unknown): string {
  const { body, message } = error as { body?: unknown; message?: unknown };
  try {
    const status = JSON.parse(String(body)) as { message?: unknown };
    if (typeof status.message === 'string') return status.message;
  } catch {
    return String(message ?? error).slice(0, 300);
  }
  return String(message ?? error).slice(0, 300);
}
