// The clusters that the demo can stand in front of: bundles recorded on the lab, healthy and broken ones.

import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Bundle } from '../../src/diagnose.ts';

export interface Scenario {
  /** File name without its endings; `--scenario` takes it. */
  name: string;
  bundle: Bundle;
}

const ENDING = '.json.gz';

export async function readScenarios(): Promise<Scenario[]> {
  const folder = new URL('bundles/', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith(ENDING)).toSorted();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -ENDING.length),
      bundle: JSON.parse(gunzipSync(await readFile(new URL(file, folder))).toString()) as Bundle,
    })),
  );
}

/** `coredns-scaled-to-zero` -> `coredns scaled to zero`. */
export const labelOf = ({ name }: Scenario): string => name.replaceAll('-', ' ');
