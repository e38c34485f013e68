// The labs of the end-to-end tests and the benchmark, under names of their own, so that nobody's other lab is touched.

import { join } from 'node:path';
import { mustRun } from '../lab/command.ts';
import type { CniName } from '../lab/topology.ts';

const LAB = join(import.meta.dirname, '../lab/main.ts');

/** Idempotent; returns the lab's name. */
export async function raiseLab(name: string, cni: CniName): Promise<string> {
  await mustRun([process.execPath, LAB, 'up', '--name', name, '--cni', cni]);
  return name;
}

export async function lowerLab(name: string): Promise<void> {
  await mustRun([process.execPath, LAB, 'down', '--name', name]);
}
