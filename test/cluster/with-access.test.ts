// An access for one work: it lives as long as that, and leaves nothing on a node.

import { expect, onTestFinished, test } from 'vitest';
import type { Question } from '../../src/cluster/access.ts';
import { createWithAccess } from '../../src/cluster/with-access.ts';
import { eventually } from '../support/eventually.ts';
import { startFakeApiServer } from '../support/fake-api-server.ts';
import { isGone } from '../support/world-agent.ts';

const never = new AbortController().signal;
const showLoopback: Question = {
  ...{ via: 'node', node: 'n1', netns: 'host', timeoutMs: 5000 },
  command: { kind: 'run', argv: ['ip', '-j', 'link', 'show', 'lo'] },
};

test('the access is open until its work has ended, and what it started on a node ends with it', async () => {
  const server = await startFakeApiServer();
  onTestFinished(() => server.close());
  const withAccess = createWithAccess(server.kubeConfig);

  const answer = await withAccess(never, (access) => access.answer(showLoopback, never));

  expect(answer.status).toBe('answered');
  const { child } = await server.stream(0);
  await eventually(async () => expect(await isGone(child.pid ?? 0)).toBe(true));
});
