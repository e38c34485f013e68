// Recorded checks of the lab (`npm run lab -- run -- node src/cli.ts check --cluster lab --record FILE`): flannel, three
// nodes, one NetworkPolicy. Named after the drill that it was in.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle } from '../../src/bundle-files.ts';
import type { CheckBundle } from '../../src/cli-check.ts';

const fileOf = (drill: string): string => join(import.meta.dirname, `../checklist/recorded/${drill}.json.gz`);

export const isRecordedCheck = (drill: string): boolean => existsSync(fileOf(drill));

export async function readRecordedCheck(drill: string): Promise<CheckBundle> {
  const bundle = await readBundle(fileOf(drill));
  if (!('run' in bundle)) throw new Error(`${fileOf(drill)} holds no check`);
  return bundle;
}
