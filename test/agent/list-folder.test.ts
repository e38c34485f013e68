// Listing a folder of the node: what is there, of what kind and size, and never what is inside.

import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listFolder } from '../../src/agent/list-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cni-list-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string, mode = 0o644) => {
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), mode);
};
const listed = (entries: object[]) => ({ kind: 'object', object: { exists: true, entries } });

test('names kind, size and whether it can be run, in order of name', async () => {
  await file('portmap', 'binary', 0o755);
  await file('10-flannel.conflist', '{}');
  await mkdir(join(folder, 'cbr0'), { mode: 0o700 });

  const listing = await listFolder(folder);

  expect(listing).toMatchObject(
    listed([
      { name: '10-flannel.conflist', kind: 'file', bytes: 2, executable: false },
      { name: 'cbr0', kind: 'folder' },
      { name: 'portmap', kind: 'file', bytes: 6, executable: true },
    ]),
  );
});

test('a link has the size of what it leads to, and one that leads nowhere says so', async () => {
  await file('bridge', 'binary', 0o755);
  await symlink('bridge', join(folder, 'alias'));
  await symlink('/nowhere/at/all', join(folder, 'dangling'));

  const listing = await listFolder(folder);

  expect(listing).toEqual(
    listed([
      { name: 'alias', kind: 'link', bytes: 6, executable: true },
      { name: 'bridge', kind: 'file', bytes: 6, executable: true },
      { name: 'dangling', kind: 'broken-link', bytes: 0, executable: false },
    ]),
  );
});

test('an empty folder exists, a missing one does not', async () => {
  expect(await listFolder(folder)).toEqual(listed([]));
  expect(await listFolder(join(folder, 'gone'))).toEqual({
    kind: 'object',
    object: { exists: false, entries: [] },
  });
});

test('a file in place of a folder is not readable', async () => {
  await file('config', '');

  expect(await listFolder(join(folder, 'config'))).toMatchObject({ kind: 'failed', reason: 'not-readable' });
});

test('files that come and go while it is read do not make the folder vanish', async () => {
  await file('10.244.1.2', 'eth0');
  let stirring = true;
  const stir = async () => {
    while (stirring) {
      await file('lock', '');
      await rm(join(folder, 'lock'), { force: true });
    }
  };
  const stirred = stir();

  const listings = [];
  for (let round = 0; round < 100; round += 1) listings.push(await listFolder(folder));
  stirring = false;
  await stirred;

  for (const listing of listings)
    expect(listing).toMatchObject({
      object: {
        exists: true,
        entries: expect.arrayContaining([expect.objectContaining({ name: '10.244.1.2' })]),
      },
    });
});
