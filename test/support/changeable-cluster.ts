// A cluster of objects in memory that can be read by a diagnosis and changed through ClusterControl, with as much of the API
// server and the controllers as remediations meet: preconditions, dry run, pods that are made anew, roll-outs.

import type { Answer, ClusterAccess, Question } from '../../src/cluster/access.ts';
import type {
  Change,
  ChangeOptions,
  ChangeReply,
  ClusterControl,
  ObjectRef,
} from '../../src/cluster/control.ts';

export interface KubeObject {
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    ownerReferences?: { kind: string; name: string; controller: boolean }[];
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: Record<string, string>;
}

export interface ChangeableCluster {
  access: ClusterAccess;
  control: ClusterControl;
  /** Everything that really changed, in order: `delete-pod kube-flannel/agent-n1 (uid)`. */
  changes: string[];
  /** What was tried without changing anything. */
  rehearsals: string[];
  /** Answers in place of the API server. `lost`: it does what was asked, and the answer never comes. */
  interfere?: (change: Change, options: ChangeOptions) => ChangeReply | 'lost' | undefined;
  /** Of pods that are made anew. */
  newPodStatus: Record<string, unknown>;
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  put(resource: string, object: KubeObject): void;
  remove(resource: string, namespace: string | undefined, name: string): void;
}

export function createChangeableCluster(initial: Record<string, KubeObject[]>): ChangeableCluster {
  const objects = new Map<string, { resource: string; object: KubeObject }>();
  let version = 0;
  const next = (): string => {
    version += 1;
    return String(version);
  };
  const keyOf = (resource: string, namespace: string | undefined, name: string): string =>
    `${resource}/${namespace ?? ''}/${name}`;
  const get = (resource: string, namespace: string | undefined, name: string): KubeObject | undefined =>
    objects.get(keyOf(resource, namespace, name))?.object;

  function put(resource: string, object: KubeObject): void {
    const { metadata } = object;
    const stored = {
      ...object,
      metadata: { ...metadata, uid: metadata.uid ?? `uid-${next()}`, resourceVersion: next() },
    };
    objects.set(keyOf(resource, metadata.namespace, metadata.name), { resource, object: stored });
  }
  for (const [resource, list] of Object.entries(initial)) for (const object of list) put(resource, object);

  const list = (resource: string, read: Partial<ListRead>): KubeObject[] =>
    [...objects.values()]
      .filter((each) => each.resource === resource)
      .map(({ object }) => object)
      .filter(
        ({ metadata, spec }) =>
          (read.namespace === undefined || metadata.namespace === read.namespace) &&
          selects(read.labelSelector, metadata.labels ?? {}) &&
          (read.node === undefined || spec?.nodeName === read.node),
      );

  function replacePod(pod: KubeObject): void {
    const { namespace, name, ownerReferences } = pod.metadata;
    objects.delete(keyOf('pods', namespace, name));
    if (!ownerReferences?.some(({ controller }) => controller)) return;
    const { uid: _, deletionTimestamp: __, ...metadata } = pod.metadata;
    const successor = `${name.replace(/-r\d+$/, '')}-r${next()}`;
    put('pods', { ...pod, metadata: { ...metadata, name: successor }, status: cluster.newPodStatus });
  }

  function patch(object: ObjectRef, changed: Record<string, unknown>): void {
    const current = get(object.resource, object.namespace, object.name) as KubeObject;
    const merged = mergePatch(current, changed) as KubeObject;
    const generation = (current.metadata.generation ?? 1) + 1;
    put(object.resource, {
      ...merged,
      metadata: { ...merged.metadata, generation },
      ...(isWorkload(object) && { status: statusOf(object, merged, generation, list('nodes', {}).length) }),
    });
  }

  function perform(change: Change, isDry: boolean): ChangeReply {
    if (change.kind === 'patch') {
      const { object, resourceVersion } = change;
      const current = get(object.resource, object.namespace, object.name);
      if (!current) return { status: 'gone' };
      if (current.metadata.resourceVersion !== resourceVersion)
        return { status: 'conflict', detail: 'the object has been modified' };
      if (!isDry) patch(object, change.patch);
      return { status: 'done' };
    }
    const pod = get('pods', change.namespace, change.name);
    if (!pod) return { status: 'gone' };
    if (pod.metadata.uid !== change.uid) return { status: 'conflict', detail: 'the UID does not match' };
    if (!isDry) replacePod(pod);
    return { status: 'done' };
  }

  const cluster: ChangeableCluster = {
    changes: [],
    rehearsals: [],
    newPodStatus: readyStatus,
    get,
    put,
    remove: (resource, namespace, name) => void objects.delete(keyOf(resource, namespace, name)),
    access: { answer: async (question) => answerOf(question, list, get) },
    control: {
      read: async ({ resource, namespace, name }) => ({
        status: 'read',
        value: structuredClone(get(resource, namespace, name)),
      }),
      listPods: async (selection) => ({ status: 'read', value: structuredClone(list('pods', selection)) }),
      change: async (change, options) => {
        const interference = cluster.interfere?.(change, options);
        if (interference !== undefined && interference !== 'lost') return interference;
        const reply = perform(change, options.dryRun);
        if (reply.status === 'done')
          (options.dryRun ? cluster.rehearsals : cluster.changes).push(describe(change));
        return interference === 'lost' ? { status: 'unknown', detail: 'no answer' } : reply;
      },
    },
  };
  return cluster;
}

interface ListRead {
  namespace: string | undefined;
  labelSelector: string | undefined;
  node: string | undefined;
}

export const readyStatus = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

const isWorkload = ({ resource }: ObjectRef): boolean =>
  resource === 'deployments' || resource === 'daemonsets';

/** Controllers are quick here: a roll-out is over when the patch is answered. */
function statusOf(
  ref: ObjectRef,
  object: KubeObject,
  observedGeneration: number,
  nodes: number,
): Record<string, unknown> {
  if (ref.resource === 'daemonsets')
    return {
      observedGeneration,
      ...{ desiredNumberScheduled: nodes, updatedNumberScheduled: nodes },
      ...{ numberAvailable: nodes, numberReady: nodes },
    };
  const replicas = object.spec?.replicas ?? 1;
  return { observedGeneration, replicas, updatedReplicas: replicas, availableReplicas: replicas };
}

function describe(change: Change): string {
  if (change.kind === 'patch')
    return `patch ${change.object.resource} ${change.object.namespace ?? ''}/${change.object.name}`;
  return `${change.kind} ${change.namespace}/${change.name} (${change.uid})`;
}

const selects = (selector: string | undefined, labels: Record<string, string>): boolean =>
  (selector ?? '')
    .split(',')
    .filter((term) => term !== '')
    .every((term) => labels[term.split('=')[0] ?? ''] === term.split('=')[1]);

/** RFC 7386, as the API server applies it. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  return result;
}

function answerOf(
  question: Question,
  list: (resource: string, read: Partial<ListRead>) => KubeObject[],
  get: ChangeableCluster['get'],
): Answer {
  const when = { at: '2026-03-01T03:12:00.000Z', ms: 1 };
  const { read } = question as Extract<Question, { via: 'api' }>;
  switch (read.verb) {
    case 'list': {
      const node = /^spec\.nodeName=(.+)$/.exec(read.fieldSelector ?? '')?.[1];
      const items = structuredClone(list(read.resource, { ...read, node }));
      return { ...when, status: 'answered', raw: { kind: 'objects', items, truncated: false } };
    }
    case 'get': {
      const object = get(read.resource, read.namespace, read.name);
      const raw = object
        ? ({ kind: 'object', object: structuredClone(object) } as const)
        : ({ kind: 'not-found' } as const);
      return { ...when, status: 'answered', raw };
    }
    default:
      throw new Error(`a remediation does not ask for ${read.verb}`);
  }
}
