// The labs of the end-to-end tests, one a CNI: raised under names of their own, so that nobody's other lab is touched.

import { join } from 'node:path';
import { mustRun } from '../lab/command.ts';
import type { CniName } from '../lab/topology.ts';

const LAB = join(import.meta.dirname, '../lab/main.ts');
const nameOf = (cni: CniName): string => (cni === 'flannel-vxlan' ? 'e2e' : `e2e-${cni}`);

/** Idempotent; returns the lab's name. */
export async function raiseLab(cni: CniName = 'flannel-vxlan'): Promise<string> {
  await mustRun([process.execPath, LAB, 'up', '--name', nameOf(cni), '--cni', cni]);
  return nameOf(cni);
}

export async function lowerLab(cni: CniName = 'flannel-vxlan'): Promise<void> {
  await mustRun([process.execPath, LAB, 'down', '--name', nameOf(cni)]);
}
