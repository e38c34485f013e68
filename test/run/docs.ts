// `npm run docs`: writes the generated pages of docs/ anew.

import { writeFile } from 'node:fs/promises';
import {
  accuracyFile,
  currentAccuracyPage,
  currentFixesPage,
  currentPlaybooksPage,
  fixesFile,
  playbooksFile,
} from '../docs/files.ts';

await writeFile(playbooksFile, await currentPlaybooksPage());
await writeFile(fixesFile, currentFixesPage());
await writeFile(accuracyFile, await currentAccuracyPage());
