// Where the generated pages are, and what they have to be today.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { playbooks } from '../../src/playbooks/index.ts';
import { catalogue } from '../../src/remediation/catalog/index.ts';
import { readResults } from '../bench/results.ts';
import { remedies, restorations } from '../e2e/remedies.ts';
import { drillsFor } from '../lab/faults/index.ts';
import { notShown } from '../lab/faults/not-shown.ts';
import { accuracyPage } from './accuracy-page.ts';
import { fixesPage } from './fixes-page.ts';
import { playbooksPage } from './playbooks-page.ts';

export const root = join(import.meta.dirname, '..', '..');
export const playbooksFile = join(root, 'docs', 'playbooks.md');
export const fixesFile = join(root, 'docs', 'fixes.md');
export const accuracyFile = join(root, 'docs', 'accuracy.md');

export async function currentPlaybooksPage(): Promise<string> {
  const sources = playbooks.map(
    async ({ id }) => [id, await readFile(join(root, 'src', 'playbooks', `${id}.ts`), 'utf8')] as const,
  );
  return playbooksPage(playbooks, new Map(await Promise.all(sources)));
}

export const currentFixesPage = (): string => fixesPage(catalogue, [...remedies, ...restorations]);

export const currentAccuracyPage = async (): Promise<string> =>
  accuracyPage(await readResults(), drillsFor, notShown);
