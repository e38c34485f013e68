// `npm run docs`: writes docs/playbooks.md anew.

import { writeFile } from 'node:fs/promises';
import { currentPlaybooksPage, playbooksFile } from '../docs/files.ts';

await writeFile(playbooksFile, await currentPlaybooksPage());
