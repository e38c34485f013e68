// Reading below a root that a pod may have filled with links: what it reads is inside, or nothing.

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInsideRoot } from '../../src/agent/read-file.ts';

let folder: string;
let root: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cni-read-'));
  root = join(folder, 'root');
  await mkdir(join(root, 'etc'), { recursive: true });
  await mkdir(join(root, 'run'));
  await writeFile(join(folder, 'secret'), 'of the node');
  await writeFile(join(root, 'run/resolv.conf'), 'of the pod');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const link = (target: string, name: string) => symlink(target, join(root, name));

test('reads a plain file', async () => {
  expect(await readInsideRoot(root, '/run/resolv.conf')).toEqual({
    kind: 'text',
    text: 'of the pod',
    truncated: false,
  });
});

test.each([
  ['an absolute link', '/run/resolv.conf'],
  ['a relative link', '../run/resolv.conf'],
  ['a link that climbs above the root', '../../../../run/resolv.conf'],
])('follows %s inside the root', async (_what, target) => {
  await link(target, 'etc/resolv.conf');

  expect(await readInsideRoot(root, '/etc/resolv.conf')).toMatchObject({ kind: 'text', text: 'of the pod' });
});

test('follows a link to a link', async () => {
  await link('/etc/other', 'etc/resolv.conf');
  await link('../run/resolv.conf', 'etc/other');

  expect(await readInsideRoot(root, '/etc/resolv.conf')).toMatchObject({ text: 'of the pod' });
});

test('follows a linked folder inside the root', async () => {
  await link('/run', 'etc/dns');

  expect(await readInsideRoot(root, '/etc/dns/resolv.conf')).toMatchObject({ text: 'of the pod' });
});

test.each([
  ['to the node’s file by its full name', () => join(folder, 'secret')],
  ['to the node’s file by climbing', () => '../../secret'],
  ['to a folder of the node, further on', () => '../..'],
])('a link %s is not followed out of the root', async (_what, target) => {
  await link(target(), 'etc/resolv.conf');

  const plain = await readInsideRoot(root, '/etc/resolv.conf');
  const below = await readInsideRoot(root, '/etc/resolv.conf/secret');

  expect(plain).toMatchObject({ kind: 'failed', reason: 'not-readable' });
  expect(below).toMatchObject({ kind: 'failed', reason: 'not-readable' });
});

test('a path that climbs stays inside the root', async () => {
  expect(await readInsideRoot(root, '/../secret')).toMatchObject({ kind: 'failed' });
  expect(await readInsideRoot(root, '/etc/../../secret')).toMatchObject({ kind: 'failed' });
});

test('links in a circle end', async () => {
  await link('/etc/b', 'etc/a');
  await link('/etc/a', 'etc/b');

  expect(await readInsideRoot(root, '/etc/a')).toMatchObject({ kind: 'failed', reason: 'not-readable' });
});

test('a file that is missing, and a folder, are not readable', async () => {
  expect(await readInsideRoot(root, '/etc/nothing')).toMatchObject({ kind: 'failed' });
  expect(await readInsideRoot(root, '/etc')).toMatchObject({ kind: 'failed' });
});

test('a large file is cut', async () => {
  await writeFile(join(root, 'etc/large'), 'x'.repeat(300 * 1024));

  const read = await readInsideRoot(root, '/etc/large');

  expect(read).toMatchObject({ kind: 'text', truncated: true });
});

test('a pipe that nobody writes to does not hold the agent', async () => {
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(root, 'etc/resolv.conf')]);

  expect(await readInsideRoot(root, '/etc/resolv.conf')).toMatchObject({ kind: 'failed' });
});
