// Questions to nodes through exec streams: one a node, asked again when it breaks, and nothing left behind on the node.

import { afterEach, describe, expect, test } from 'vitest';
import type { Answer, ClusterAccess, NodeCommand, Question } from '../../src/cluster/access.ts';
import { createApiConnection } from '../../src/cluster/connection.ts';
import { createLiveAccess } from '../../src/cluster/live-access.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeApiOptions, type FakeApiServer, startFakeApiServer } from '../support/fake-api-server.ts';
import { isGone } from '../support/world-agent.ts';

let server: FakeApiServer;
let access: ClusterAccess & AsyncDisposable;

async function start(options: FakeApiOptions = {}): Promise<void> {
  server = await startFakeApiServer(options);
  access = createLiveAccess(createApiConnection(server.kubeConfig));
}

afterEach(async () => {
  await access[Symbol.asyncDispose]();
  await server.close();
});

const never = new AbortController().signal;

const run = (argv: [string, ...string[]], timeoutMs = 5000, node = 'n1'): Question => ({
  via: 'node',
  node,
  netns: 'host',
  command: { kind: 'run', argv },
  timeoutMs,
});
const showLoopback = run(['ip', '-j', 'link', 'show', 'lo']);
const ping = (count: number, timeoutMs = 60_000): Question =>
  run(['ping', '-c', String(count), '127.0.0.1'], timeoutMs);

const reasonOf = (answer: Answer): string => (answer.status === 'unavailable' ? answer.reason : 'answered');

/** Pid of what the agent behind a stream runs, once it does. */
async function pidBehind(index: number): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const { child } = await server.stream(index);
  return eventually(async () => {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    expect(children.trim()).not.toBe('');
    return Number(children.trim().split(' ')[0]);
  });
}

describe('a node with an agent', () => {
  test('answers with what the program printed and how long it took there', async () => {
    await start();

    const answer = await access.answer(showLoopback, never);

    expect(answer).toMatchObject({ status: 'answered', raw: { kind: 'exited', code: 0, timedOut: false } });
    expect(Date.parse(answer.at)).not.toBeNaN();
  });

  test('is asked everything over one stream', async () => {
    await start();

    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) => access.answer(run(['ip', 'link', 'show', `no-${at}`]), never)),
    );

    const texts = answers.map((answer) =>
      answer.status === 'answered' && answer.raw.kind === 'exited' ? answer.raw.stderr : '',
    );
    expect(texts.map((text) => /"(no-\d+)"/.exec(text)?.[1])).toEqual(
      Array.from({ length: 12 }, (_, at) => `no-${at}`),
    );
    expect(server.streams).toHaveLength(1);
    expect(server.streams[0]?.path).toContain('/api/v1/namespaces/cni-triage/pods/agent-n1/exec');
  });

  test('refuses what the agent refuses', async () => {
    await start();

    expect(reasonOf(await access.answer(run(['reboot']), never))).toBe('forbidden');
  });

  test('kills a program at its deadline and says so', async () => {
    await start();

    const answer = await access.answer(ping(1000, 300), never);

    expect(answer).toMatchObject({ status: 'answered', raw: { kind: 'exited', timedOut: true, code: null } });
  });

  test.each<[string, NodeCommand, string]>([
    ['a file of the node', { kind: 'read-node-file', path: '/proc/sys/net/ipv4/ip_forward' }, 'answered'],
    ['a file that is not ours', { kind: 'read-node-file', path: '/etc/shadow' }, 'forbidden'],
    ['a pod’s file without a pod', { kind: 'read-pod-file', path: '/etc/resolv.conf' }, 'forbidden'],
  ])('asked for %s', async (_what, command, reason) => {
    await start();

    const answer = await access.answer(
      { via: 'node', node: 'n1', netns: 'host', command, timeoutMs: 2000 },
      never,
    );

    expect(reasonOf(answer)).toBe(reason);
  });

  test('asked about a pod that does not run there says that there is no such place', async () => {
    await start();
    const netns = { podUid: '00000000-0000-0000-0000-000000000000' };

    const answer = await access.answer({ ...showLoopback, netns } as Question, never);

    expect(reasonOf(answer)).toBe('no-vantage');
  });
});

describe('the stream', () => {
  test('that breaks once is opened again, and the question asked again', async () => {
    await start();
    const pending = access.answer(ping(3), never);
    await pidBehind(0);

    server.streams[0]?.break();

    expect(await pending).toMatchObject({ status: 'answered', raw: { kind: 'exited', code: 0 } });
    expect(server.streams).toHaveLength(2);
  });

  test('that breaks twice is given up', async () => {
    await start();
    const pending = access.answer(ping(1000), never);
    await pidBehind(0);
    server.streams[0]?.break();
    await pidBehind(1);

    server.streams[1]?.break();

    expect(reasonOf(await pending)).toBe('no-vantage');
    expect(server.streams).toHaveLength(2);
  });

  test('that broke kills what ran behind it', async () => {
    await start();
    const pending = access.answer(ping(1000), never);
    const pid = await pidBehind(0);

    server.streams[0]?.break();

    await eventually(async () => expect(await isGone(pid)).toBe(true));
    await access[Symbol.asyncDispose]();
    await pending;
  });

  test('that is refused for want of permission says so, at once for every question', async () => {
    await start({ refuseExec: 403 });

    const answers = await Promise.all([access.answer(showLoopback, never), access.answer(ping(1), never)]);

    expect(answers.map(reasonOf)).toEqual(['forbidden', 'forbidden']);
  });

  test('that is refused for another reason leaves the node unseen', async () => {
    await start({ refuseExec: 500 });

    expect(reasonOf(await access.answer(showLoopback, never))).toBe('no-vantage');
  });

  test('behind which no agent is leaves the node unseen, with what was said instead', async () => {
    await start({ program: ['sh', '-c', 'echo exec cni-agent: no such file >&2; exit 127'] });

    const answer = await access.answer(showLoopback, never);

    expect(answer).toMatchObject({ status: 'unavailable', reason: 'no-vantage' });
    expect(answer.status === 'unavailable' && answer.detail).toContain('no such file');
  });

  test('over which something else talks does not bring the worker down', async () => {
    const noise = 'echo hello; echo "null"; echo "[1]"; echo 7; echo "{\\"id\\":99}"; sleep 0.1';
    await start({ program: ['sh', '-c', noise] });

    expect(reasonOf(await access.answer(showLoopback, never))).toBe('no-vantage');
  });
});

describe('a diagnosis that ends', () => {
  test('before it began asks nothing', async () => {
    await start();

    expect(reasonOf(await access.answer(showLoopback, AbortSignal.abort()))).toBe('cancelled');
    expect(server.streams).toHaveLength(0);
  });

  test('in the middle is cancelled, and nothing of it is left on the node', async () => {
    await start();
    const stop = new AbortController();
    const pending = access.answer(ping(1000), stop.signal);
    const pid = await pidBehind(0);

    stop.abort();
    const answer = await pending;
    await access[Symbol.asyncDispose]();

    expect(reasonOf(answer)).toBe('cancelled');
    await eventually(async () => expect(await isGone(pid)).toBe(true));
    await eventually(() => expect(server.streams[0]?.child.exitCode).toBe(0));
  });
});

describe('a node without an agent', () => {
  test('is no vantage, and no stream is tried', async () => {
    await start({ agents: ['n2'] });

    const answer = await access.answer(showLoopback, never);

    expect(answer).toMatchObject({ reason: 'no-vantage', detail: 'no running cni-agent pod on n1' });
    expect(server.streams).toHaveLength(0);
  });

  test('does not keep others from answering', async () => {
    await start({ agents: ['n1'] });

    const answers = await Promise.all([
      access.answer(showLoopback, never),
      access.answer(run(['ip', 'link', 'show', 'lo'], 5000, 'n9'), never),
    ]);

    expect(answers.map(reasonOf)).toEqual(['answered', 'no-vantage']);
  });

  test('because agents may not be listed is forbidden', async () => {
    await start({
      respond: (_request, response) => {
        response.writeHead(403, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ kind: 'Status', message: 'pods is forbidden', code: 403 }));
        return true;
      },
    });

    expect(await access.answer(showLoopback, never)).toMatchObject({
      status: 'unavailable',
      reason: 'forbidden',
      detail: 'pods is forbidden',
    });
  });
});
