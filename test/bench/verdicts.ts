// Time to verdict per drill on the lab, its slowest probe, and their ratio, against the target of design.md:
// 1.3 x the slowest probe + 1 s. A drill that fails to be planted or mended ends the run: the lab is in an unknown state.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bundle } from '../../src/diagnose.ts';
import { lowerLab, raiseLab } from '../e2e/shared-lab.ts';
import { runDrill } from '../lab/drill.ts';
import { connectLab, type Lab } from '../lab/fault.ts';
import { drillsFor } from '../lab/faults/index.ts';
import type { CniName } from '../lab/topology.ts';
import { writeRecordedDrill } from '../support/recorded-drills.ts';
import { type Measurement, measurementOf, summaryOf, withinTarget } from './measurement.ts';
import { storeMeasurements } from './results.ts';

export interface Only {
  area?: string;
  fault?: string;
}

export interface VerdictOptions {
  place: { lab: string } | { raise: CniName };
  only: Only;
  /** Folder for the recorded drills; absent: nothing is kept. */
  recordTo?: string;
  /** Whether docs/accuracy.md gets the results. */
  write: boolean;
}

// A recording is read by every run of the tests, and by everybody who clones.
const LARGE_BYTES = 60_000;

/** Whether every verdict was right. */
export async function benchVerdicts({ place, only, recordTo, write }: VerdictOptions): Promise<boolean> {
  const lab = await connectLab('lab' in place ? place.lab : await raiseLab(nameOf(place.raise), place.raise));
  const measured: Measurement[] = [];
  console.log(row(['area', 'fault', 'verdict', 'right', 'ms', 'slowest probe', 'ratio', 'within target']));
  try {
    for (const [area, faults] of Object.entries(drillsFor(lab.cni)))
      for (const fault of faults) {
        if (only.area !== undefined && only.area !== area) continue;
        if (only.fault !== undefined && only.fault !== fault.name) continue;
        const measurement = await withBundle(async (file) => {
          const result = await runDrill(lab, fault, file);
          if (recordTo !== undefined) await keep(recordTo, lab, area, result, file);
          return measurementOf(area, result);
        });
        measured.push(measurement);
        console.log(row(columnsOf(measurement)));
      }
  } finally {
    if ('raise' in place) await lowerLab(nameOf(place.raise));
    if (write) await storeMeasurements(lab.cni, measured);
  }
  console.log(`\n${summaryOf(measured)}`);
  return measured.every(({ mistake }) => mistake === undefined);
}

const nameOf = (cni: CniName): string => `bench-${cni}`;

async function withBundle<T>(use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cni-bundle-'));
  try {
    return await use(join(folder, 'bundle.json.gz'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Only what was judged right: a recording is what the tests hold the playbooks to. */
async function keep(
  folder: string,
  lab: Lab,
  area: string,
  { fault, injection, mistake }: Awaited<ReturnType<typeof runDrill>>,
  file: string,
): Promise<void> {
  if (mistake !== undefined) return;
  const bundle = JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as Bundle;
  const bytes = writeRecordedDrill(folder, { drill: { area, fault, cni: lab.cni, injection }, ...bundle });
  if (bytes > LARGE_BYTES) console.log(`  ${fault}: the recording is ${Math.round(bytes / 1000)} kB`);
}

function columnsOf(measurement: Measurement): string[] {
  const { area, fault, verdict, mistake, durationMs, slowestProbeMs, slowestProbe } = measurement;
  return [
    area,
    fault,
    verdict,
    mistake === undefined ? 'yes' : `NO: ${mistake}`,
    String(durationMs),
    `${slowestProbeMs} ${slowestProbe}`,
    (durationMs / Math.max(slowestProbeMs, 1)).toFixed(2),
    withinTarget(measurement) ? 'yes' : 'no',
  ];
}

const WIDTHS = [11, 38, 34, 6, 6, 26, 6, 0];

const row = (columns: string[]): string =>
  columns.map((text, index) => text.padEnd(WIDTHS[index] ?? 0)).join(' ');
