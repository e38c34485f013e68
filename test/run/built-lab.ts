// Builds what labs need before the first test, so that files which raise one at the same time find it built.

import { join } from 'node:path';
import { mustRun } from '../lab/command.ts';

export async function setup(): Promise<void> {
  await mustRun([process.execPath, join(import.meta.dirname, '../lab/main.ts'), 'build']);
}
