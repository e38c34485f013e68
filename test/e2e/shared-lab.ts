// The lab of the end-to-end tests: raised under a name of its own, so that nobody's other lab is touched.

import { join } from 'node:path';
import { mustRun } from '../lab/command.ts';

const NAME = 'e2e';
const LAB = join(import.meta.dirname, '../lab/main.ts');

/** Idempotent; returns the lab's name. */
export async function raiseLab(): Promise<string> {
  await mustRun([process.execPath, LAB, 'up', '--name', NAME]);
  return NAME;
}

export async function lowerLab(): Promise<void> {
  await mustRun([process.execPath, LAB, 'down', '--name', NAME]);
}
