// Where docs/playbooks.md is, and what it has to be today.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { playbooks } from '../../src/playbooks/index.ts';
import { playbooksPage } from './playbooks-page.ts';

export const root = join(import.meta.dirname, '..', '..');
export const playbooksFile = join(root, 'docs', 'playbooks.md');

export async function currentPlaybooksPage(): Promise<string> {
  const sources = playbooks.map(
    async ({ id }) => [id, await readFile(join(root, 'src', 'playbooks', `${id}.ts`), 'utf8')] as const,
  );
  return playbooksPage(playbooks, new Map(await Promise.all(sources)));
}
