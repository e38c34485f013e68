// Writes docs/accuracy.md: each drill on the lab with its verdict and its times, lab by lab. Pure: the measurements come in,
// the page goes out. A drill that was never measured has a row that says so.

import { type Measurement, summaryOf, withinTarget } from '../bench/measurement.ts';
import type { MeasuredLab, Results } from '../bench/results.ts';
import type { Fault } from '../lab/fault.ts';
import type { NotShown } from '../lab/faults/not-shown.ts';
import { type CniName, cniNames } from '../lab/topology.ts';

const TITLE = `# Accuracy

<!-- Written by \`npm run docs\` from test/bench/results.json. \`npm run bench -- verdict --write\` measures anew. -->

Every drill breaks a real Kubernetes on purpose ([the lab](../test/lab/README.md)), asks \`cni diagnose\` with the worker's rights, and judges
the verdict: right means the planted causes, by code and subject, and no other. Time is that of the whole diagnosis; its target is 1.3 times
the slowest probe plus one second, since no verdict comes before the evidence. Drills of the area \`pairs\` plant two faults at once.
`;

/** `drillsOf`: the drills by area, for each lab. */
export function accuracyPage(
  results: Results,
  drillsOf: (cni: CniName) => Readonly<Record<string, readonly Fault[]>>,
  notShown: readonly NotShown[],
): string {
  const labs = cniNames.map((cni) => labSection(cni, results[cni], drillsOf(cni)));
  return [TITLE, ...labs, notShownSection(notShown)].join('\n');
}

function labSection(
  cni: CniName,
  measured: MeasuredLab | undefined,
  drills: Readonly<Record<string, readonly Fault[]>>,
): string {
  const rows = Object.entries(drills).flatMap(([area, faults]) =>
    faults.map(({ name }) => ({ area, name, measurement: measurementOf(measured, area, name) })),
  );
  const taken = rows.flatMap(({ measurement }) => measurement ?? []);
  return `## ${cni}

${measured ? `${summaryOf(taken)}\n\n${whereMeasured(measured)}` : 'Not measured yet.'}

| Area | Fault | Verdict | Right | Time | Slowest probe | Ratio | Within target |
|---|---|---|---|---|---|---|---|
${rows.map(({ area, name, measurement }) => row(area, name, measurement)).join('\n')}
`;
}

const measurementOf = (measured: MeasuredLab | undefined, area: string, fault: string) =>
  measured?.drills.find((each) => each.area === area && each.fault === fault);

const whereMeasured = ({ measuredOn, machine }: MeasuredLab): string =>
  `Measured on ${measuredOn}: three nodes on one machine with ${machine.cores} cores and ${machine.memoryGiB} GiB, Linux ${machine.kernel}.`;

function row(area: string, fault: string, measurement: Measurement | undefined): string {
  if (!measurement) return cells([area, fault, '_not measured_', '', '', '', '', '']);
  const { verdict, mistake, durationMs, slowestProbeMs, slowestProbe } = measurement;
  return cells([
    area,
    fault,
    `\`${verdict}\``,
    mistake === undefined ? 'yes' : `**no**: ${mistake}`,
    seconds(durationMs),
    `${seconds(slowestProbeMs)} ${slowestProbe}`,
    (durationMs / Math.max(slowestProbeMs, 1)).toFixed(2),
    withinTarget(measurement) ? 'yes' : '**no**',
  ]);
}

const cells = (texts: string[]): string =>
  `| ${texts.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const notShownSection = (entries: readonly NotShown[]): string => `## What the lab cannot show

${entries.map(({ fault, why }) => `- ${fault}: ${why}.`).join('\n')}
`;
