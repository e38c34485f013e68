// Changes to a live cluster: what is sent, and that every answer of an API server says whether it happened.

import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiConnection } from '../../src/cluster/connection.ts';
import type { Change, ChangeReply, ClusterControl } from '../../src/cluster/control.ts';
import { createLiveControl } from '../../src/cluster/live-control.ts';
import { type FakeApiServer, startFakeApiServer } from '../support/fake-api-server.ts';

interface Received {
  method: string | undefined;
  path: string;
  query: Record<string, string>;
  headers: Record<string, unknown>;
  body: unknown;
}

interface Scripted {
  code: number;
  body: unknown;
}

let server: FakeApiServer;
let control: ClusterControl;
let received: Received[];
let answers: Scripted[];
const never = new AbortController().signal;

beforeEach(async () => {
  received = [];
  answers = [];
  server = await startFakeApiServer({
    respond: (request, response) => {
      void text(request).then((body) => {
        const url = new URL(request.url ?? '', 'http://api');
        received.push({
          method: request.method,
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          headers: request.headers,
          body: body === '' ? undefined : JSON.parse(body),
        });
        const answer = answers.shift();
        if (!answer) return;
        response
          .writeHead(answer.code, { 'content-type': 'application/json', 'retry-after': '1' })
          .end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      });
      return true;
    },
  });
  control = createLiveControl(createApiConnection(server.kubeConfig));
});

afterEach(() => server.close());

const options = { dryRun: false, incidentId: 'dns-7k2p', timeoutMs: 2000 };
const deletion: Change = { kind: 'delete-pod', namespace: 'kube-flannel', name: 'agent-n1', uid: 'u-1' };
const eviction: Change = { ...deletion, kind: 'evict-pod' };
const patch: Change = {
  kind: 'patch',
  object: { resource: 'deployments', namespace: 'kube-system', name: 'coredns' },
  resourceVersion: '42',
  patch: { spec: { replicas: 2 }, metadata: { annotations: { 'cni-triage/incident': 'dns-7k2p' } } },
};

test('a pod is deleted by name and uid, in the name of the incident', async () => {
  answers = [{ code: 200, body: {} }];

  const reply = await control.change(deletion, options, never);

  expect(reply).toEqual({ status: 'done' });
  expect(received).toMatchObject([
    {
      method: 'DELETE',
      path: '/api/v1/namespaces/kube-flannel/pods/agent-n1',
      headers: { 'user-agent': 'cni-triage-remediator (incident dns-7k2p)' },
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'u-1' } },
    },
  ]);
});

test('a grace period of its own and a dry run are passed on', async () => {
  answers = [{ code: 200, body: {} }];

  await control.change({ ...deletion, graceSeconds: 1 }, { ...options, dryRun: true }, never);

  expect(received[0]?.body).toMatchObject({ dryRun: ['All'], gracePeriodSeconds: 1 });
});

test('an eviction goes through the eviction API with the same precondition', async () => {
  answers = [{ code: 201, body: {} }];

  const reply = await control.change(eviction, options, never);

  expect(reply).toEqual({ status: 'done' });
  expect(received).toMatchObject([
    {
      method: 'POST',
      path: '/api/v1/namespaces/kube-flannel/pods/agent-n1/eviction',
      body: {
        ...{ apiVersion: 'policy/v1', kind: 'Eviction' },
        metadata: { namespace: 'kube-flannel', name: 'agent-n1' },
        deleteOptions: { preconditions: { uid: 'u-1' } },
      },
    },
  ]);
});

test('a patch is a merge patch of the version that was read, under our field manager', async () => {
  answers = [{ code: 200, body: {} }];

  await control.change(patch, { ...options, dryRun: true }, never);

  expect(received).toMatchObject([
    {
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/kube-system/deployments/coredns',
      query: { fieldManager: 'cni-triage', dryRun: 'All' },
      headers: { 'content-type': 'application/merge-patch+json' },
      body: {
        spec: { replicas: 2 },
        metadata: { annotations: { 'cni-triage/incident': 'dns-7k2p' }, resourceVersion: '42' },
      },
    },
  ]);
});

const status = (message: string) => ({ kind: 'Status', message });

test.each<[string, Change, number, ChangeReply]>([
  ['the object is gone', deletion, 404, { status: 'gone' }],
  ['it is another object', deletion, 409, { status: 'conflict', detail: 'said' }],
  ['it was changed since', patch, 409, { status: 'conflict', detail: 'said' }],
  ['a disruption budget', eviction, 429, { status: 'blocked', detail: 'said' }],
  ['too many requests', patch, 429, { status: 'unknown', detail: 'said' }],
  ['no permission', patch, 403, { status: 'refused', detail: 'said' }],
  ['not valid', patch, 422, { status: 'refused', detail: 'said' }],
  ['a server that broke off', patch, 500, { status: 'unknown', detail: 'said' }],
])('%s: said once, without another try', async (_, change, code, expected) => {
  answers = [{ code, body: status('said') }];

  const reply = await control.change(change, options, never);

  expect(reply).toEqual(expected);
  expect(received).toHaveLength(1);
});

test('an answer that does not come in time is unknown, not a failure', async () => {
  const reply = await control.change(patch, { ...options, timeoutMs: 300 }, never);

  expect(reply).toEqual({ status: 'unknown', detail: 'timeout' });
});

test('an object that is not there is told apart from one that cannot be read', async () => {
  const node = { resource: 'nodes', name: 'n1' } as const;
  answers = [
    { code: 404, body: status('not found') },
    { code: 403, body: status('no') },
    { code: 200, body: '<html>' },
  ];

  const gone = await control.read(node, never);
  const forbidden = await control.read(node, never);
  const unreadable = await control.read(node, never);

  expect(gone).toEqual({ status: 'read', value: undefined });
  expect([forbidden, unreadable]).toMatchObject([
    { status: 'unavailable', detail: 'no' },
    { status: 'unavailable' },
  ]);
});

test('nothing is redacted of what will be compared', async () => {
  const configMap = { metadata: { name: 'coredns' }, data: { Corefile: 'password=abcdefgh' } };
  answers = [{ code: 200, body: configMap }];

  const reply = await control.read(
    { resource: 'configmaps', namespace: 'kube-system', name: 'coredns' },
    never,
  );

  expect(reply).toEqual({ status: 'read', value: configMap });
});

test('pods are listed page by page, on one node when it is named', async () => {
  answers = [
    { code: 200, body: { items: [{ a: 1 }], metadata: { continue: 'more' } } },
    { code: 200, body: { items: null, metadata: {} } },
  ];

  const reply = await control.listPods(
    { namespace: 'kube-flannel', labelSelector: 'app=flannel', node: 'n1' },
    never,
  );

  expect(reply).toEqual({ status: 'read', value: [{ a: 1 }] });
  const query = { labelSelector: 'app=flannel', limit: '500', fieldSelector: 'spec.nodeName=n1' };
  expect(received.map((each) => each.query)).toEqual([query, { ...query, continue: 'more' }]);
});
