// One program: its output, its deadline, its cap, and all of its process group.

import { expect, test } from 'vitest';
import { killRunning, runProgram } from '../../src/agent/run-program.ts';
import { eventually } from '../support/eventually.ts';
import { isGone } from '../support/world-agent.ts';

test('gives both streams and the exit code', async () => {
  const end = await runProgram(['sh', '-c', 'echo out; echo err >&2; exit 3'], 5000);

  expect(end).toEqual({
    kind: 'exited',
    code: 3,
    stdout: 'out\n',
    stderr: 'err\n',
    timedOut: false,
    truncated: false,
  });
});

test('a program that is not installed is a missing tool', async () => {
  const end = await runProgram(['no-such-tool-here'], 5000);

  expect(end).toMatchObject({ kind: 'failed', reason: 'tool-missing' });
});

test('is given its input and nothing of our environment', async () => {
  const end = await runProgram(['sh', '-c', 'cat; env | cut -d= -f1 | sort | tr "\\n" " "'], 5000, 'in\n');

  expect(end).toMatchObject({ kind: 'exited', stdout: 'in\nLC_ALL PATH PWD ' });
});

test('a program that does not read its input ends as it would', async () => {
  const end = await runProgram(['true'], 5000, 'x'.repeat(1_000_000));

  expect(end).toMatchObject({ kind: 'exited', code: 0 });
});

test('the deadline kills grandchildren, too, and keeps what was printed', async () => {
  const end = await runProgram(['sh', '-c', 'sleep 300 & echo $!; wait'], 300);

  expect(end).toMatchObject({ kind: 'exited', code: null, timedOut: true });
  const pid = Number(end.kind === 'exited' ? end.stdout : '');
  expect(pid).toBeGreaterThan(0);
  await eventually(async () => expect(await isGone(pid)).toBe(true));
});

test('more output than the cap is cut and the program stopped', async () => {
  const end = await runProgram(['sh', '-c', 'yes 0123456789'], 20_000);

  expect(end).toMatchObject({ kind: 'exited', code: null, truncated: true, timedOut: false });
  expect(end.kind === 'exited' && end.stdout.length).toBeGreaterThan(1_000_000);
  expect(end.kind === 'exited' && end.stdout.length).toBeLessThanOrEqual(8 * 1024 * 1024);
});

test('all that runs can be killed at once', async () => {
  const both = Promise.all([
    runProgram(['sleep', '300'], 600_000),
    runProgram(['sh', '-c', 'sleep 300'], 600_000),
  ]);

  killRunning();

  for (const end of await both) expect(end).toMatchObject({ kind: 'exited', code: null, timedOut: false });
});

test('the deadline holds for a program that has ended and left a child behind with its output open', async () => {
  // The child is gone at once; the grandchild holds the output open.
  const end = await runProgram(['sh', '-c', 'sleep 300 & exit 0'], 300);

  expect(end).toMatchObject({ kind: 'exited', timedOut: true });
});
