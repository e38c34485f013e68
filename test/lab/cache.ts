// The build cache: a folder for each thing that was built, named after a hash of everything it was built from.
// An entry is complete or absent: it is made under another name and renamed when done.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cacheDir } from './paths.ts';

export interface CacheEntry {
  readonly key: string;
  readonly dir: string;
}

/** Returns the entry for these inputs; builds it into the folder given to `build` when it is absent. */
export const cached = async (
  kind: string,
  inputs: readonly string[],
  build: (dir: string, key: string) => Promise<void>,
): Promise<CacheEntry> => {
  const key = `${kind}-${hash(inputs)}`;
  const dir = join(cacheDir, key);
  if (existsSync(dir)) {
    const now = new Date();
    await utimes(dir, now, now);
    return { key, dir };
  }
  await mkdir(cacheDir, { recursive: true });
  const unfinished = await mkdtemp(join(cacheDir, `unfinished-${kind}-`));
  const startedAt = Date.now();
  console.log(`building ${kind} …`);
  try {
    await build(unfinished, key);
    await renameUnlessThere(unfinished, dir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  console.log(`built ${kind} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return { key, dir };
};

/** Removes entries of these kinds that were not used for longest, and what killed builds left behind. */
export const prune = async (kinds: readonly string[], keep: number) => {
  const names = await readdir(cacheDir);
  const entries = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(cacheDir, name))).mtimeMs })),
  );
  entries.sort((a, b) => b.usedAt - a.usedAt);
  const anHourAgo = Date.now() - 3_600_000;
  const abandoned = entries.filter(
    ({ name, usedAt }) => name.startsWith('unfinished-') && usedAt < anHourAgo,
  );
  const old = kinds.flatMap((kind) => entries.filter(({ name }) => name.startsWith(`${kind}-`)).slice(keep));
  for (const { name } of [...abandoned, ...old])
    await rm(join(cacheDir, name), { recursive: true, force: true });
};

export const hash = (inputs: readonly string[]) =>
  createHash('sha256').update(inputs.join('\0')).digest('hex').slice(0, 16);

/** One hash for a file, or for a folder with all names and contents below it. */
export const hashOfFiles = async (path: string): Promise<string> => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return hash([(await readFile(path)).toString('base64')]);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.sort().map(async (file) => `${relative(path, file)}:${(await readFile(file)).toString('base64')}`),
  );
  return hash(contents);
};

// Two labs that start at once may both have built it; the first one's result is as good.
const renameUnlessThere = async (from: string, to: string) => {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
};
