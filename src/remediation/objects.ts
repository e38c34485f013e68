// Objects as remediations need them: who owns a pod, and the whole of what is to be changed. Read through `ask` like
// everything else; what cannot be read ends the planning with its reason.

import { z } from 'zod';
import type { ObjectRef, PodSelection } from '../cluster/control.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import { Pod } from '../probes/api-objects.ts';
import { getObject, listObjects } from '../probes/api-reads.ts';
import { type Unfit, unfit } from './remediation.ts';

const owner = z.object({ kind: z.string(), name: z.string(), controller: z.boolean().default(false) });

const ownedMetadata = Pod.shape.metadata.extend({
  ownerReferences: z.array(owner).default([]),
  /** What the deletion that is under way grants. */
  deletionGracePeriodSeconds: z.number().optional(),
});

export const OwnedPod = Pod.extend({ metadata: ownedMetadata });
export type OwnedPod = z.infer<typeof OwnedPod>;

/** Nothing is dropped or defaulted, so that what is compared later is what is there. */
export const WholeObject = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string().min(1),
    resourceVersion: z.string().default(''),
    generation: z.number().optional(),
    ownerReferences: z.array(owner).default([]),
  }),
});
export type WholeObject = z.infer<typeof WholeObject>;

type Read<T> = { ok: true; value: T } | { ok: false; unfit: Unfit };

export async function readWhole(ask: Ask, object: ObjectRef): Promise<Read<WholeObject>> {
  const { resource, name, namespace } = object;
  const evidence = await ask(getObject(resource, WholeObject, name, namespace));
  const lookup = observed(evidence, describeObject(object));
  if (!lookup.ok) return lookup;
  if (!lookup.value.found) return { ok: false, unfit: unfit({ kind: 'object-missing', object }) };
  return { ok: true, value: lookup.value.object };
}

/** Pods that are being deleted included. */
export async function listPods(ask: Ask, selection: Partial<PodSelection>): Promise<Read<OwnedPod[]>> {
  const { namespace, labelSelector, node } = selection;
  const options = {
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(node !== undefined && { fieldSelector: `spec.nodeName=${node}` }),
  };
  return observed(await ask(listObjects('pods', OwnedPod, options)), `pods ${namespace ?? ''}`.trim());
}

export async function listWhole(
  ask: Ask,
  resource: 'nodes' | 'replicasets',
  namespace?: string,
): Promise<Read<WholeObject[]>> {
  const where = namespace === undefined ? {} : { namespace };
  return observed(await ask(listObjects(resource, WholeObject, where)), resource);
}

function observed<T>(evidence: Evidence<T>, what: string): Read<T> {
  return evidence.status === 'observed'
    ? { ok: true, value: evidence.value }
    : { ok: false, unfit: unfit({ kind: 'unreadable', what, reason: evidence.reason }) };
}

/** An evicted pod stays there under the same labels, and is never ready again. */
export const isOver = ({ status }: OwnedPod): boolean =>
  status.phase === 'Succeeded' || status.phase === 'Failed';

/** Neither over nor on its way out. */
export const isStaying = (pod: OwnedPod): boolean =>
  pod.metadata.deletionTimestamp === undefined && !isOver(pod);

export const isPodReady = ({ status }: OwnedPod): boolean =>
  status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');

/** Its place in the cluster goes to another pod when it is deleted. Undefined: nobody would make it anew. */
export const controllerOf = ({
  metadata,
}: Pick<WholeObject, 'metadata'> | OwnedPod): { kind: string; name: string } | undefined =>
  metadata.ownerReferences.find(({ controller }) => controller);

/** `pods shop/web-1`, `nodes n1` */
export const describeObject = ({ resource, namespace, name }: ObjectRef): string =>
  `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
