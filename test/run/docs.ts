// `npm run docs`: writes the generated pages of docs/ anew.

import { writeFile } from 'node:fs/promises';
import { accuracyFile, currentAccuracyPage, currentPlaybooksPage, playbooksFile } from '../docs/files.ts';

await writeFile(playbooksFile, await currentPlaybooksPage());
await writeFile(accuracyFile, await currentAccuracyPage());
