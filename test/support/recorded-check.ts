// A check of a healthy lab (`npm run lab -- run -- node src/cli.ts check --cluster lab --record FILE`): flannel, three nodes,
// one NetworkPolicy.

import { join } from 'node:path';
import { readBundle } from '../../src/bundle-files.ts';
import type { CheckBundle } from '../../src/cli-check.ts';

const FILE = join(import.meta.dirname, '../checklist/recorded/healthy.json.gz');

export async function readRecordedCheck(): Promise<CheckBundle> {
  const bundle = await readBundle(FILE);
  if (!('run' in bundle)) throw new Error(`${FILE} holds no check`);
  return bundle;
}
