// ClusterControl of a live cluster. A change is sent once: whether one without an answer has happened is for the caller to
// find out. Ours can be told in the API server's records by field manager and user agent.

import { z } from 'zod';
import type { ApiConnection, ApiReply } from './connection.ts';
import type { Change, ChangeOptions, ChangeReply, ClusterControl, ReadReply } from './control.ts';
import { type ApiRequest, collection } from './resources.ts';

const READ_TIMEOUT_MS = 5000;
const FIELD_MANAGER = 'cni-triage';

const List = z.object({
  items: z.array(z.unknown()).nullish(),
  metadata: z.object({ continue: z.string().optional() }).optional(),
});

export function createLiveControl(connection: ApiConnection): ClusterControl {
  const ask = (request: ApiRequest, signal: AbortSignal): Promise<ApiReply> =>
    connection.send(request, READ_TIMEOUT_MS, signal);

  return {
    async read({ resource, namespace, name }, signal) {
      const path = `${collection(resource, namespace)}/${encodeURIComponent(name)}`;
      const reply = await ask({ method: 'GET', path }, signal);
      if (reply.kind === 'not-found') return { status: 'read', value: undefined };
      return parsed(reply, z.looseObject({}));
    },

    async listPods({ namespace, labelSelector, node }, signal) {
      const pods: unknown[] = [];
      let continueToken: string | undefined;
      do {
        const query = new URLSearchParams({ labelSelector, limit: '500' });
        if (node !== undefined) query.set('fieldSelector', `spec.nodeName=${node}`);
        if (continueToken !== undefined) query.set('continue', continueToken);
        const page = parsed(
          await ask({ method: 'GET', path: `${collection('pods', namespace)}?${query}` }, signal),
          List,
        );
        if (page.status === 'unavailable') return page;
        pods.push(...(page.value.items ?? []));
        continueToken = page.value.metadata?.continue || undefined;
      } while (continueToken !== undefined);
      return { status: 'read', value: pods };
    },

    async change(change, options, signal) {
      return toChangeReply(
        change,
        await connection.send({ ...toRequest(change, options), once: true }, options.timeoutMs, signal),
      );
    },
  };
}

function toRequest(change: Change, { dryRun, incidentId }: ChangeOptions): ApiRequest {
  const userAgent = `cni-triage-remediator (incident ${encodeURIComponent(incidentId)})`;
  if (change.kind === 'patch') {
    const { resource, namespace, name } = change.object;
    const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, ...(dryRun && { dryRun: 'All' }) });
    return {
      method: 'PATCH',
      path: `${collection(resource, namespace)}/${encodeURIComponent(name)}?${query}`,
      body: withResourceVersion(change.patch, change.resourceVersion),
      contentType: 'application/merge-patch+json',
      userAgent,
    };
  }
  const path = `${collection('pods', change.namespace)}/${encodeURIComponent(change.name)}`;
  const options = {
    preconditions: { uid: change.uid },
    ...(dryRun && { dryRun: ['All'] }),
  };
  if (change.kind === 'evict-pod') {
    const metadata = { namespace: change.namespace, name: change.name };
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions: options };
    return { method: 'POST', path: `${path}/eviction`, body, userAgent };
  }
  const { graceSeconds } = change;
  const body = {
    ...{ apiVersion: 'v1', kind: 'DeleteOptions', ...options },
    ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }),
  };
  return { method: 'DELETE', path, body, userAgent };
}

/** With it the API server refuses the patch when the object is not the one that was read. */
const withResourceVersion = (patch: Record<string, unknown>, resourceVersion: string): unknown => ({
  ...patch,
  metadata: { ...(patch.metadata as Record<string, unknown> | undefined), resourceVersion },
});

function toChangeReply(change: Change, reply: ApiReply): ChangeReply {
  switch (reply.kind) {
    case 'ok':
      return { status: 'done' };
    case 'not-found':
      return { status: 'gone' };
    case 'forbidden':
      return { status: 'refused', detail: reply.detail };
    case 'failed':
      if (reply.status === 409) return { status: 'conflict', detail: reply.detail };
      // The eviction API's word for a PodDisruptionBudget (k8s.io/kubernetes pkg/registry/core/pod/storage/eviction.go).
      if (reply.status === 429 && change.kind === 'evict-pod')
        return { status: 'blocked', detail: reply.detail };
      if (reply.status === 429 || reply.status >= 500) return { status: 'unknown', detail: reply.detail };
      return { status: 'refused', detail: reply.detail };
    default:
      return { status: 'unknown', detail: reasonOf(reply) };
  }
}

function parsed<S extends z.ZodType>(reply: ApiReply, schema: S): ReadReply<z.infer<S>> {
  if (reply.kind !== 'ok') return { status: 'unavailable', detail: reasonOf(reply) };
  const value = schema.safeParse(json(reply.body));
  return value.success
    ? { status: 'read', value: value.data }
    : { status: 'unavailable', detail: 'the API server answered with something else than asked for' };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const reasonOf = (reply: ApiReply): string => ('detail' in reply ? reply.detail : reply.kind);
