// Recorded drills: bundles that also say what the lab had planted. `npm run bench -- verdict --record` writes them, the
// tests of the playbooks and the demo read them, and `cni --replay` takes them as it takes any bundle.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import type { Bundle } from '../../src/diagnose.ts';
import type { Injection } from '../lab/fault.ts';

export interface RecordedDrill extends Bundle {
  drill: {
    area: string;
    fault: string;
    /** As the lab spells it: `flannel-vxlan`, `flannel-host-gw`. */
    cni: string;
    injection: Injection;
  };
}

export interface NamedDrill {
  /** File name without its endings: `<area>-<fault>`, the area once; `-on-host-gw` where the lab had no tunnel. */
  name: string;
  recorded: RecordedDrill;
}

const ENDING = '.json.gz';

export const recordedFolder = join(import.meta.dirname, '../playbooks/recorded');

/** In order of name. */
export function readRecordedDrills(): NamedDrill[] {
  const files = readdirSync(recordedFolder).filter((file) => file.endsWith(ENDING));
  return files
    .toSorted()
    .map((file) => ({ name: file.slice(0, -ENDING.length), recorded: read(join(recordedFolder, file)) }));
}

export const readRecordedDrill = (name: string): RecordedDrill => read(join(recordedFolder, name + ENDING));

const read = (file: string): RecordedDrill =>
  JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as RecordedDrill;

function nameOf({ drill: { area, fault, cni } }: RecordedDrill): string {
  const name = fault.startsWith(`${area}-`) ? fault : `${area}-${fault}`;
  return cni === 'flannel-host-gw' ? `${name}-on-host-gw` : name;
}

/** Equal drills give equal files. Returns the file's size in bytes. */
export function writeRecordedDrill(folder: string, recorded: RecordedDrill): number {
  const content = gzipSync(JSON.stringify(recorded), { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(join(folder, nameOf(recorded) + ENDING), content);
  return content.length;
}
