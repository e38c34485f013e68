// The measurements behind docs/accuracy.md: one JSON file in the repository, a part of it renewed by each run.

import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { type CniName, cniNames } from '../lab/topology.ts';
import type { Measurement } from './measurement.ts';

export interface MeasuredLab {
  /** ISO 8601 date of the last run. */
  measuredOn: string;
  machine: { cores: number; memoryGiB: number; kernel: string };
  drills: Measurement[];
}

export type Results = Partial<Record<CniName, MeasuredLab>>;

const file = join(import.meta.dirname, 'results.json');

export const readResults = async (): Promise<Results> => JSON.parse(await readFile(file, 'utf8')) as Results;

/** Takes the place of what was measured earlier for the same drills. */
export async function storeMeasurements(cni: CniName, measured: readonly Measurement[]): Promise<void> {
  const results = await readResults();
  const keyOf = ({ area, fault }: Measurement): string => `${area}/${fault}`;
  const kept = new Map((results[cni]?.drills ?? []).map((each) => [keyOf(each), each]));
  for (const measurement of measured) kept.set(keyOf(measurement), measurement);
  results[cni] = {
    measuredOn: new Date().toISOString().slice(0, 10),
    machine: {
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      kernel: release().split('-')[0] ?? '',
    },
    drills: [...kept.values()],
  };
  const ordered = Object.fromEntries(
    cniNames.flatMap((name) => (results[name] ? [[name, results[name]]] : [])),
  );
  await writeFile(file, `${JSON.stringify(ordered, null, 2)}\n`);
}
