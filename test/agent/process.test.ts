// cni-agent as a process: orders in, reports out, side by side, and nothing left when its input ends.

import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentOrder } from '../../src/cluster/agent-protocol.ts';
import { eventually } from '../support/eventually.ts';
import { type AgentProcess, isGone, startAgent } from '../support/world-agent.ts';

let agent: AgentProcess;

beforeEach(() => {
  agent = startAgent();
});

afterEach(async () => {
  await agent.leave();
});

const run = (id: number, argv: [string, ...string[]], more: Partial<AgentOrder> = {}): AgentOrder => ({
  id,
  netns: 'host',
  command: { kind: 'run', argv },
  timeoutMs: 5000,
  ...more,
});

test('greets before anything else, with its protocol', async () => {
  const hello = await agent.heard((message) => 'hello' in message);

  expect(hello).toEqual({ hello: 'cni-agent', protocol: 1 });
});

test('reports what a program printed and how it ended', async () => {
  agent.order(run(1, ['ip', '-j', 'link', 'show', 'lo']));

  const report = await agent.report(1);

  expect(report).toMatchObject({ id: 1, kind: 'exited', code: 0, timedOut: false, truncated: false });
  expect(report.kind === 'exited' && JSON.parse(report.stdout)).toMatchObject([{ ifname: 'lo' }]);
});

test('a program that fails is a report like any other', async () => {
  agent.order(run(1, ['ip', 'link', 'show', 'no-such-device']));

  const report = await agent.report(1);

  expect(report).toMatchObject({ kind: 'exited', code: 1 });
  expect(report.kind === 'exited' && report.stderr).toContain('does not exist');
});

test('what is not allowed is refused, and the next order is carried out', async () => {
  agent.order(run(1, ['reboot']));
  agent.order(run(2, ['ip', 'link', 'show', 'lo']));

  expect(await agent.report(1)).toMatchObject({ kind: 'failed', reason: 'not-allowed' });
  expect(await agent.report(2)).toMatchObject({ kind: 'exited', code: 0 });
});

test('a quick order does not wait for a slow one', async () => {
  agent.order(run(1, ['ping', '-c', '30', '127.0.0.1'], { timeoutMs: 60_000 }));
  agent.order(run(2, ['ip', 'link', 'show', 'lo']));

  const quick = await agent.report(2);

  expect(quick).toMatchObject({ kind: 'exited', code: 0 });
  expect(await agent.leave()).toBe(0);
});

test('a program that works does not wait for the many that only wait for an answer', async () => {
  const pings = Array.from({ length: 70 }, (_, at) => at + 1);
  for (const id of pings) agent.order(run(id, ['ping', '-c', '30', '127.0.0.1'], { timeoutMs: 60_000 }));
  agent.order(run(99, ['ip', 'link', 'show', 'lo']));

  const quick = await agent.report(99);

  expect(quick).toMatchObject({ kind: 'exited', code: 0 });
});

test('a program that runs past its deadline is killed and says so', async () => {
  agent.order(run(1, ['ping', '-c', '30', '127.0.0.1'], { timeoutMs: 200 }));

  const report = await agent.report(1);

  expect(report).toMatchObject({ kind: 'exited', code: null, timedOut: true });
  expect(report.kind === 'exited' && report.stdout).toContain('bytes from 127.0.0.1');
});

test('a pod that is not on the node is told, whatever is asked of it', async () => {
  const netns = { podUid: '00000000-0000-0000-0000-000000000000' };
  agent.order(run(1, ['ip', 'link', 'show'], { netns }));
  agent.order({
    id: 2,
    netns,
    command: { kind: 'read-pod-file', path: '/etc/resolv.conf' },
    timeoutMs: 1000,
  });

  expect(await agent.report(1)).toMatchObject({ kind: 'failed', reason: 'no-such-pod' });
  expect(await agent.report(2)).toMatchObject({ kind: 'failed', reason: 'no-such-pod' });
});

test.each([
  '/etc/shadow',
  '/etc/cni/net.d/../../shadow',
  '/proc/1/environ',
  '/proc/sys/../1/environ',
  'etc/cni/net.d/x',
  '/etc/cni/net.dx',
])('the node’s file %s is not read', async (path) => {
  agent.order({ id: 1, netns: 'host', command: { kind: 'read-node-file', path }, timeoutMs: 1000 });

  expect(await agent.report(1)).toMatchObject({ kind: 'failed', reason: 'not-allowed' });
});

test('a file of the list is read', async () => {
  const path = '/proc/sys/net/ipv4/ip_forward';
  agent.order({ id: 1, netns: 'host', command: { kind: 'read-node-file', path }, timeoutMs: 1000 });

  expect(await agent.report(1)).toMatchObject({ kind: 'text', truncated: false });
});

test('the end of its input ends the agent and all that it started', async () => {
  agent.order(run(1, ['ping', '-c', '1000', '127.0.0.1'], { timeoutMs: 600_000 }));
  const pid = await childOf(agent.child.pid);

  const code = await agent.leave();

  expect(code).toBe(0);
  await eventually(async () => expect(await isGone(pid)).toBe(true));
});

test('SIGTERM ends the agent and all that it started', async () => {
  agent.order(run(1, ['ping', '-c', '1000', '127.0.0.1'], { timeoutMs: 600_000 }));
  const pid = await childOf(agent.child.pid);

  agent.child.kill('SIGTERM');
  await once(agent.child, 'exit');

  await eventually(async () => expect(await isGone(pid)).toBe(true));
});

test('a line that is no order does not end the agent', async () => {
  agent.child.stdin.write('{"id": 1, \n');
  agent.order(run(2, ['ip', 'link', 'show', 'lo']));

  expect(await agent.report(2)).toMatchObject({ kind: 'exited', code: 0 });
});

/** Pid of the program that the agent runs, once it does. */
async function childOf(parent: number | undefined): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  return eventually(async () => {
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
    const pid = Number(children.trim().split(' ')[0]);
    expect(pid).toBeGreaterThan(0);
    return pid;
  });
}
