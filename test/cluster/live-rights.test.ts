// What an account may do, as a live API server tells it: what is asked, and how each answer is read.

import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createApiConnection } from '../../src/cluster/connection.ts';
import { createLiveAskRight, createLiveRights } from '../../src/cluster/live-rights.ts';
import { startFakeApiServer } from '../support/fake-api-server.ts';

const never = new AbortController().signal;

/** As Kubernetes 1.34 answers: what is empty is null or left out. */
const review = {
  ...{ kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: {} },
  status: {
    resourceRules: [
      {
        ...{ verbs: ['create'], apiGroups: ['authorization.k8s.io'] },
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['coredns'] },
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: null },
    ],
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/version'] }],
    incomplete: false,
  },
};

async function serverThatAnswers(code: number, body: unknown) {
  const received: { path: string | undefined; body: { spec?: Record<string, unknown> } }[] = [];
  const server = await startFakeApiServer({
    respond: (request, response) => {
      void text(request).then((sent) => {
        received.push({ path: request.url, body: JSON.parse(sent) });
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
      return true;
    },
  });
  onTestFinished(() => server.close());
  const connection = createApiConnection(server.kubeConfig);
  return { read: createLiveRights(connection), askRight: createLiveAskRight(connection), received };
}

test('the rules of a namespace are read as the API server lists them', async () => {
  const { read, received } = await serverThatAnswers(201, review);

  const reply = await read('kube-system', never);

  expect(received).toMatchObject([
    {
      path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      body: { kind: 'SelfSubjectRulesReview', spec: { namespace: 'kube-system' } },
    },
  ]);
  expect(reply).toMatchObject({
    status: 'read',
    incomplete: false,
    rules: [
      { verbs: ['create'], resourceNames: [] },
      { verbs: ['get'], resourceNames: ['coredns'] },
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] },
    ],
  });
});

test('what is granted everywhere is asked in a namespace that nobody has', async () => {
  const { read, received } = await serverThatAnswers(201, review);

  await read(undefined, never);

  expect(received[0]?.body.spec?.namespace).toMatch(/no-such-namespace$/);
});

test('a list that an authorizer did not complete is told apart', async () => {
  const status = {
    ...{ resourceRules: null, nonResourceRules: null, incomplete: true },
    evaluationError: 'webhook authorizer does not support user rule resolution',
  };
  const { read } = await serverThatAnswers(201, { ...review, status });

  expect(await read(undefined, never)).toEqual({
    ...{ status: 'read', rules: [], incomplete: true },
    error: status.evaluationError,
  });
});

test.each([
  [403, { kind: 'Status', message: 'no' }, 'no'],
  [201, { kind: 'Status' }, 'the answer is no SelfSubjectRulesReview'],
])('an answer %i without rules is unavailable, not empty', async (code, body, detail) => {
  const { read } = await serverThatAnswers(code, body);

  expect(await read(undefined, never)).toEqual({ status: 'unavailable', detail });
});

test.each([
  [
    { namespace: 'kube-system', group: '', resource: 'pods/log', name: 'coredns-1', verb: 'get' },
    {
      ...{ namespace: 'kube-system', group: '', resource: 'pods', subresource: 'log' },
      ...{ name: 'coredns-1', verb: 'get' },
    },
  ],
  [
    { group: 'apps', resource: 'daemonsets', verb: 'list' },
    { group: 'apps', resource: 'daemonsets', verb: 'list' },
  ],
])('a single right is asked for as it is: %j', async (right, resourceAttributes) => {
  const { askRight, received } = await serverThatAnswers(201, { status: { allowed: true } });

  await askRight(right, never);

  expect(received).toEqual([
    {
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
        spec: { resourceAttributes },
      },
    },
  ]);
});

const nodes = { group: '', resource: 'nodes', verb: 'get' };
const outOfOrder = 'Post "https://authorizer.example": context deadline exceeded';

test.each<[string, object, object]>([
  ['granted', { allowed: true, reason: 'EKS Access Policy' }, { status: 'granted' }],
  ['granted beside an error', { allowed: true, evaluationError: outOfOrder }, { status: 'granted' }],
  ['granted by nobody', { allowed: false }, { status: 'denied' }],
  ['denied', { allowed: false, denied: true, reason: 'no' }, { status: 'denied' }],
  [
    'untold while an authorizer is out of order',
    { allowed: false, evaluationError: outOfOrder },
    { status: 'unavailable', detail: outOfOrder },
  ],
])('a single right can be %s', async (_, status, expected) => {
  const { askRight } = await serverThatAnswers(201, { kind: 'SelfSubjectAccessReview', status });

  expect(await askRight(nodes, never)).toEqual(expected);
});

test.each([
  [403, { kind: 'Status', message: 'no' }, 'no'],
  [201, { kind: 'Status', status: 'Success' }, 'the answer is no SelfSubjectAccessReview'],
])('an answer %i that is no review is unavailable, not denied', async (code, body, detail) => {
  const { askRight } = await serverThatAnswers(code, body);

  expect(await askRight(nodes, never)).toEqual({ status: 'unavailable', detail });
});
