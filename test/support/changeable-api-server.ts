// An API server on loopback in front of a changeable cluster: reads, dry runs and changes as the remediator sends them. What
// is in the cluster can be exchanged while it runs. It checks no credentials.

import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Change, ChangeReply, ControlledResource } from '../../src/cluster/control.ts';
import { type ChangeableCluster, createChangeableCluster } from './changeable-cluster.ts';
import { startFakeApiServer } from './fake-api-server.ts';

export interface ChangeableApiServer {
  url: string;
  /** From now on that is the cluster. */
  serve(cluster: ChangeableCluster): void;
}

interface Asked {
  method: string;
  resource: ControlledResource;
  namespace: string | undefined;
  /** Absent: all of them. */
  name: string | undefined;
  query: URLSearchParams;
}

interface Reply {
  status: number;
  body: unknown;
}

const PATH =
  /^\/(?:api|apis\/apps)\/v1(?:\/namespaces\/([^/]+))?\/(nodes|pods|services|configmaps|deployments|daemonsets)(?:\/([^/]+))?(?:\/eviction)?$/;

export async function startChangeableApiServer(): Promise<ChangeableApiServer> {
  let cluster = createChangeableCluster({});
  const server = await startFakeApiServer({
    respond(request, response) {
      const asked = parse(request);
      if (!asked) return false;
      void answerOf(cluster, asked, request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
      return true;
    },
  });
  onTestFinished(server.close);
  return {
    url: server.url,
    serve: (next) => {
      cluster = next;
    },
  };
}

function parse({ method = '', url = '' }: IncomingMessage): Asked | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, namespace, resource, name] = PATH.exec(pathname) ?? [];
  return resource === undefined
    ? undefined
    : { method, resource: resource as ControlledResource, namespace, name, query: searchParams };
}

async function answerOf(
  { control }: ChangeableCluster,
  asked: Asked,
  request: IncomingMessage,
): Promise<Reply> {
  const { resource, namespace, name, query } = asked;
  const { signal } = new AbortController();
  if (asked.method !== 'GET') {
    const { change, dryRun } = changeOf(asked, JSON.parse(await text(request)));
    return replyOf(await control.change(change, { dryRun, incidentId: '', timeoutMs: 0 }, signal));
  }
  if (name !== undefined) {
    const read = await control.read({ resource, namespace, name }, signal);
    const value = read.status === 'read' ? read.value : undefined;
    return value === undefined ? failure(404, 'not found') : { status: 200, body: value };
  }
  const labelSelector = query.get('labelSelector') ?? '';
  const node = /^spec\.nodeName=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  const listed = await control.listPods({ namespace: namespace ?? '', labelSelector, node }, signal);
  return { status: 200, body: { items: listed.status === 'read' ? listed.value : [] } };
}

interface SentBody {
  metadata?: { resourceVersion?: string };
  preconditions?: { uid: string };
  dryRun?: string[];
  deleteOptions?: SentBody;
}

function changeOf(
  { method, resource, namespace = '', name = '', query }: Asked,
  body: SentBody,
): { change: Change; dryRun: boolean } {
  if (method === 'PATCH') {
    const object = { resource, name, ...(namespace !== '' && { namespace }) };
    const resourceVersion = body.metadata?.resourceVersion ?? '';
    const patch = body as Record<string, unknown>;
    return {
      change: { kind: 'patch', object, resourceVersion, patch },
      dryRun: query.get('dryRun') === 'All',
    };
  }
  const { preconditions, dryRun = [] } = body.deleteOptions ?? body;
  const kind = method === 'DELETE' ? 'delete-pod' : 'evict-pod';
  return {
    change: { kind, namespace, name, uid: preconditions?.uid ?? '' },
    dryRun: dryRun.includes('All'),
  };
}

function replyOf(reply: ChangeReply): Reply {
  switch (reply.status) {
    case 'done':
      return { status: 200, body: { kind: 'Status', status: 'Success' } };
    case 'gone':
      return failure(404, 'not found');
    case 'conflict':
      return failure(409, reply.detail);
    case 'blocked':
      return failure(429, reply.detail);
    case 'refused':
      return failure(403, reply.detail);
    case 'unknown':
      return failure(500, reply.detail);
  }
}

const failure = (status: number, message: string): Reply => ({
  status,
  body: { kind: 'Status', status: 'Failure', message, code: status },
});
