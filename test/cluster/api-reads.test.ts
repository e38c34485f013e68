// Reads from an API server that is slow, busy, broken, behind a proxy, or gone: every failure is an answer.

import { Socket } from 'node:net';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, ApiRead } from '../../src/cluster/access.ts';
import { createApiConnection } from '../../src/cluster/connection.ts';
import { createLiveAccess } from '../../src/cluster/live-access.ts';
import { kubeConfigFor, startFakeApiServer } from '../support/fake-api-server.ts';

const SERVER = 'http://api.test:6443';
const access = createLiveAccess(createApiConnection(kubeConfigFor(SERVER)));
const never = new AbortController().signal;
const api = () => nock(SERVER);

/** A real server that takes questions and does not answer. */
async function startSilentServer() {
  const arrived = Promise.withResolvers<void>();
  const respond = (): boolean => {
    arrived.resolve();
    return true;
  };
  const server = await startFakeApiServer({ respond });
  const slow = createLiveAccess(createApiConnection(server.kubeConfig));
  return {
    arrived: arrived.promise,
    ask: (timeoutMs: number, signal: AbortSignal) =>
      slow.answer({ via: 'api', read: getPod, timeoutMs }, signal),
    async [Symbol.asyncDispose]() {
      await slow[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

beforeAll(() => {
  nock.disableNetConnect();
  nock.enableNetConnect('127.0.0.1');
});

afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect(left, 'requests that were never made').toEqual([]);
});

afterAll(async () => {
  nock.enableNetConnect();
  nock.restore();
  await access[Symbol.asyncDispose]();
  closeUnused();
});

/** nock makes a socket for each request, which it neither connects nor closes; only Node itself still knows them. */
function closeUnused(): void {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): object[] };
  for (const handle of handles.call(process)) {
    const tcp = handle instanceof Socket ? (handle as unknown as { _handle: object })._handle : handle;
    if (tcp?.constructor.name === 'TCP') (tcp as unknown as { close(): void }).close();
  }
}

const ask = (read: ApiRead, timeoutMs = 5000, signal = never): Promise<Answer> =>
  access.answer({ via: 'api', read, timeoutMs }, signal);

const getPod: ApiRead = { verb: 'get', resource: 'pods', namespace: 'shop', name: 'web-1' };
const POD_PATH = '/api/v1/namespaces/shop/pods/web-1';
const listPods: ApiRead = { verb: 'list', resource: 'pods', namespace: 'shop' };
const pods = '/api/v1/namespaces/shop/pods';
const status = (code: number, message: string) => ({ kind: 'Status', status: 'Failure', message, code });
const page = (names: string[], next?: string) => ({
  metadata: next === undefined ? {} : { continue: next },
  items: names.map((name) => ({ metadata: { name } })),
});
const namesOf = (answer: Answer): string[] =>
  answer.status === 'answered' && answer.raw.kind === 'objects'
    ? (answer.raw.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name)
    : [];

describe('one object', () => {
  test('is read with the credentials of the kubeconfig', async () => {
    api().get(POD_PATH).matchHeader('authorization', 'Bearer not-a-real-token').reply(200, { kind: 'Pod' });

    expect(await ask(getPod)).toMatchObject({
      status: 'answered',
      raw: { kind: 'object', object: { kind: 'Pod' } },
    });
  });

  test('that does not exist is an answer', async () => {
    api().get(POD_PATH).reply(404, status(404, 'pods "web-1" not found'));

    expect(await ask(getPod)).toMatchObject({ status: 'answered', raw: { kind: 'not-found' } });
  });

  test('with a name like a path stays one name', async () => {
    api().get('/api/v1/namespaces/shop/pods/..%2F..%2Fsecrets%2Fs1%3Fx%3D').reply(404);

    const answer = await ask({ ...getPod, name: '../../secrets/s1?x=' });

    expect(answer).toMatchObject({ status: 'answered', raw: { kind: 'not-found' } });
  });

  test('comes without the secrets in it', async () => {
    const env = [{ name: 'PASSWORD', value: 'hunter2345' }];
    api()
      .get(POD_PATH)
      .reply(200, { spec: { containers: [{ name: 'web', env }] } });

    expect(JSON.stringify(await ask(getPod))).not.toContain('hunter2345');
  });
});

describe('trouble that may pass', () => {
  test.each([
    ['429 with Retry-After', 429, { 'retry-after': '1' }],
    ['500', 500, {}],
    ['503 from a proxy', 503, { 'content-type': 'text/html' }],
  ])('%s is tried again', async (_what, code, headers) => {
    api()
      .get(POD_PATH)
      .reply(code, 'busy', headers as Record<string, string>);
    api().get(POD_PATH).reply(200, { kind: 'Pod' });

    expect(await ask(getPod)).toMatchObject({ status: 'answered' });
  });

  test('that does not pass is told after three tries, in the server’s words', async () => {
    api().get(POD_PATH).times(3).reply(500, status(500, 'etcdserver: no leader'));

    expect(await ask(getPod)).toMatchObject({
      status: 'unavailable',
      detail: expect.stringContaining('etcdserver: no leader'),
    });
  });

  test('whose Retry-After is beyond the deadline is a time-out', async () => {
    api().get(POD_PATH).reply(429, status(429, 'too many'), { 'retry-after': '60' });

    expect(await ask(getPod, 200)).toMatchObject({ status: 'unavailable', reason: 'timeout' });
  });
});

describe('trouble that does not pass', () => {
  test.each([
    [403, 'pods "web-1" is forbidden: User "worker" cannot get resource "pods"'],
    [401, 'Unauthorized'],
  ])('%i is forbidden, in the server’s words, and asked once', async (code, message) => {
    api().get(POD_PATH).reply(code, status(code, message));

    expect(await ask(getPod)).toMatchObject({ status: 'unavailable', reason: 'forbidden', detail: message });
  });

  test('HTML in place of an object is unparsable, and is not quoted', async () => {
    api().get(POD_PATH).reply(200, '<html><body>Sign in</body></html>', { 'content-type': 'text/html' });

    const answer = await ask(getPod);

    expect(answer).toMatchObject({ status: 'unavailable', reason: 'unparsable' });
    expect(JSON.stringify(answer)).not.toContain('Sign in');
  });

  test('a refusal in HTML is told without the HTML', async () => {
    api().get(POD_PATH).reply(403, '<html>blocked</html>');

    expect(await ask(getPod)).toMatchObject({ reason: 'forbidden', detail: 'HTTP 403' });
  });

  test('JSON that breaks off is unparsable', async () => {
    api().get(POD_PATH).reply(200, '{"metadata": {"name": "web');

    expect(await ask(getPod)).toMatchObject({ status: 'unavailable', reason: 'unparsable' });
  });

  test.each(['null', '[]', '"text"', '5'])(
    'a list that is %s is unparsable or empty, and never a crash',
    async (body) => {
      api().get(pods).query(true).reply(200, body);

      const answer = await ask(listPods);

      expect(answer.status === 'unavailable' ? answer.reason : namesOf(answer)).toEqual(
        answer.status === 'unavailable' ? 'unparsable' : [],
      );
    },
  );

  test('an answer that does not come is a time-out', async () => {
    await using silent = await startSilentServer();

    expect(await silent.ask(150, never)).toMatchObject({ status: 'unavailable', reason: 'timeout' });
  });

  test('a diagnosis that was stopped is cancelled, not late', async () => {
    await using silent = await startSilentServer();
    const stop = new AbortController();
    const pending = silent.ask(5000, stop.signal);
    await silent.arrived;

    stop.abort();

    expect(await pending).toMatchObject({ status: 'unavailable', reason: 'cancelled' });
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'CERT_HAS_EXPIRED'])(
    '%s names itself',
    async (code) => {
      api()
        .get(POD_PATH)
        .replyWithError(Object.assign(new Error(`connect ${code}`), { code }));

      expect(await ask(getPod)).toMatchObject({
        status: 'unavailable',
        detail: expect.stringContaining(code),
      });
    },
  );
});

describe('a list', () => {
  test('is read to its last page', async () => {
    api()
      .get(pods)
      .query({ limit: 500 })
      .reply(200, page(['a', 'b'], 'next-1'));
    api()
      .get(pods)
      .query({ limit: 500, continue: 'next-1' })
      .reply(200, page(['c'], 'next-2'));
    api()
      .get(pods)
      .query({ limit: 500, continue: 'next-2' })
      .reply(200, page(['d']));

    expect(namesOf(await ask(listPods))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('whose page token expires starts again and holds nothing twice', async () => {
    api()
      .get(pods)
      .query({ limit: 500 })
      .reply(200, page(['a', 'b'], 'next-1'));
    api().get(pods).query({ limit: 500, continue: 'next-1' }).reply(410, status(410, 'token expired'));
    api()
      .get(pods)
      .query({ limit: 500 })
      .reply(200, page(['a', 'b', 'c']));

    expect(namesOf(await ask(listPods))).toEqual(['a', 'b', 'c']);
  });

  test('that fails in the middle is not half a list', async () => {
    api()
      .get(pods)
      .query({ limit: 500 })
      .reply(200, page(['a'], 'next-1'));
    api().get(pods).query({ limit: 500, continue: 'next-1' }).reply(403, status(403, 'no more'));

    expect(await ask(listPods)).toMatchObject({ status: 'unavailable', reason: 'forbidden' });
  });

  test('of which only a few are wanted stops there and says that there are more', async () => {
    api()
      .get(pods)
      .query({ limit: 2 })
      .reply(200, page(['a', 'b'], 'next-1'));

    const answer = await ask({ ...listPods, limit: 2 });

    expect(answer).toMatchObject({ raw: { truncated: true } });
    expect(namesOf(answer)).toEqual(['a', 'b']);
  });

  test('of a kind that the server does not know is empty', async () => {
    api().get('/apis/discovery.k8s.io/v1/endpointslices').query(true).reply(404, '404 page not found');

    expect(await ask({ verb: 'list', resource: 'endpointslices' })).toMatchObject({
      raw: { kind: 'objects', items: [], truncated: false },
    });
  });

  test('carries its selectors', async () => {
    const selectors = { labelSelector: 'k8s-app in (kube-dns, coredns)', fieldSelector: 'spec.nodeName=n1' };
    api()
      .get(pods)
      .query({ limit: 500, ...selectors })
      .reply(200, page(['a']));

    expect(namesOf(await ask({ ...listPods, ...selectors }))).toEqual(['a']);
  });
});

describe('a log', () => {
  const read: ApiRead = {
    verb: 'log',
    namespace: 'kube-system',
    pod: 'coredns-a',
    tailLines: 200,
    previous: true,
  };
  const path = '/api/v1/namespaces/kube-system/pods/coredns-a/log';

  test('is text, bounded, without credentials', async () => {
    const token = ['xoxb', '1234567890', 'abcdefghijkl'].join('-');
    api()
      .get(path)
      .query({ tailLines: 200, limitBytes: 262_144, previous: true })
      .reply(200, `[INFO] started with ${token}\n`);

    expect(await ask(read)).toMatchObject({
      raw: { kind: 'text', text: '[INFO] started with [redacted]\n' },
    });
  });

  test('of a container that has none before its restart is refused, and not taken for empty', async () => {
    api().get(path).query(true).reply(400, status(400, 'previous terminated container "coredns" not found'));

    expect((await ask(read)).status).toBe('unavailable');
  });
});

test('an access review is put as the API server wants it', async () => {
  api()
    .post('/apis/authorization.k8s.io/v1/subjectaccessreviews', (body) => body.spec.user === 'someone')
    .reply(201, { status: { allowed: false } });

  const answer = await ask({
    verb: 'may',
    user: 'someone',
    groups: [],
    action: { verb: 'list', group: '', resource: 'services' },
  });

  expect(answer).toMatchObject({ raw: { kind: 'object', object: { status: { allowed: false } } } });
});
