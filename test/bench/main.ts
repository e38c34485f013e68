// `npm run bench -- verdict [--lab NAME] [--record DIR]`: time to verdict per fault on the lab, its slowest probe, and
// their ratio, against the target of 1.3 x the slowest probe + 1 s. Raises a lab of its own when none is named.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verdictOf } from '../../src/diagnosis/diagnosis.ts';
import { lowerLab, raiseLab } from '../e2e/shared-lab.ts';
import { type DrillResult, runDrill } from '../lab/drill.ts';
import { connectLab } from '../lab/fault.ts';
import { drillAreas } from '../lab/faults/index.ts';

const { values, positionals } = parseArgs({
  options: {
    lab: { type: 'string' },
    record: { type: 'string' },
    fault: { type: 'string' },
    area: { type: 'string' },
  },
  allowPositionals: true,
});

const drills = Object.entries(drillAreas)
  .filter(([area]) => values.area === undefined || values.area === area)
  .flatMap(([, faults]) => faults);

async function benchVerdicts(): Promise<void> {
  const lab = await connectLab(values.lab ?? (await raiseLab()));
  const results: DrillResult[] = [];
  console.log(row(['fault', 'verdict', 'right', 'ms', 'slowest probe', 'ratio', 'within target']));
  try {
    for (const fault of drills) {
      if (values.fault !== undefined && values.fault !== fault.name) continue;
      const file = values.record === undefined ? undefined : join(values.record, `${fault.name}.json.gz`);
      const result = await runDrill(lab, fault, file);
      results.push(result);
      console.log(row(columnsOf(result)));
    }
  } finally {
    if (values.lab === undefined) await lowerLab();
  }
  summarize(results);
}

function columnsOf({ fault, diagnosis, mistake, slowestProbeMs }: DrillResult): string[] {
  const { durationMs, findings } = diagnosis;
  return [
    fault,
    findings[0]?.code ?? verdictOf(diagnosis),
    mistake === undefined ? 'yes' : `NO: ${mistake}`,
    String(durationMs),
    String(slowestProbeMs),
    (durationMs / Math.max(slowestProbeMs, 1)).toFixed(2),
    durationMs <= 1.3 * slowestProbeMs + 1000 ? 'yes' : 'no',
  ];
}

const WIDTHS = [32, 30, 6, 7, 14, 6, 0];

const row = (columns: string[]): string =>
  columns.map((text, index) => text.padEnd(WIDTHS[index] ?? 0)).join(' ');

function summarize(results: DrillResult[]): void {
  const times = results.map(({ diagnosis }) => diagnosis.durationMs).sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  const right = results.filter(({ mistake }) => mistake === undefined).length;
  console.log(`\n${right} of ${results.length} right · p50 ${at(0.5)} ms · p95 ${at(0.95)} ms`);
  if (right < results.length) process.exitCode = 1;
}

if (positionals[0] === 'verdict') await benchVerdicts();
else {
  console.error('usage: npm run bench -- verdict [--lab NAME] [--area AREA] [--fault NAME] [--record DIR]');
  process.exitCode = 2;
}
