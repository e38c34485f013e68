// The documentation keeps up with the code: the generated page is up to date, and every link leads somewhere.

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { drillsFor } from '../lab/faults/index.ts';
import { cniNames } from '../lab/topology.ts';
import {
  accuracyFile,
  currentAccuracyPage,
  currentFixesPage,
  currentPlaybooksPage,
  fixesFile,
  playbooksFile,
  root,
} from './files.ts';

const FOLDERS = ['.', 'docs', 'docs/adr', 'deploy', 'test/lab'];

const inFolders = await Promise.all(
  FOLDERS.map(async (folder) => (await readdir(join(root, folder))).map((name) => join(folder, name))),
);
const pages = inFolders.flat().filter((file) => file.endsWith('.md'));

test('docs/playbooks.md says what the registry has', async () => {
  const written = await readFile(playbooksFile, 'utf8');

  expect(written, 'out of date: run `npm run docs`').toBe(await currentPlaybooksPage());
});

test('docs/fixes.md says what the catalogue has', async () => {
  const written = await readFile(fixesFile, 'utf8');

  expect(written, 'out of date: run `npm run docs`').toBe(currentFixesPage());
});

test('docs/accuracy.md says what was measured', async () => {
  const written = await readFile(accuracyFile, 'utf8');

  expect(written, 'out of date: run `npm run docs`').toBe(await currentAccuracyPage());
});

test.each(cniNames)('docs/accuracy.md has a row for every drill on %s', async (cni) => {
  const page = await readFile(accuracyFile, 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(cni)) ?? '';

  const missing = Object.entries(drillsFor(cni)).flatMap(([area, faults]) =>
    faults.map(({ name }) => `| ${area} | ${name} |`).filter((start) => !section.includes(start)),
  );

  expect(missing).toEqual([]);
});

test.each(pages)('every link and picture of %s leads to a file', async (page) => {
  const text = await readFile(join(root, page), 'utf8');

  const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target ?? '');
  const local = targets.filter((target) => !/^[a-z]+:/.test(target));
  const dead = local.filter((target) => !existsSync(join(root, dirname(page), target)));

  expect(dead).toEqual([]);
});

test('every decision is in the index, and named by its number', async () => {
  const folder = join(root, 'docs', 'adr');
  const files = (await readdir(folder)).filter((name) => name !== 'README.md').toSorted();
  const index = await readFile(join(folder, 'README.md'), 'utf8');

  const listed = [...index.matchAll(/\((\d{4}-[a-z0-9-]+\.md)\)/g)].map(([, name]) => name);

  expect(listed).toEqual(files);
});
