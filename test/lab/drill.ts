// One failure drill: break the lab, ask `cni` what is wrong, with the worker's rights, judge the verdict, mend the lab.
// The end-to-end tests and the benchmark are made of these; it prints nothing.

import { join } from 'node:path';
import { type Diagnosis, verdictOf } from '../../src/diagnosis/diagnosis.ts';
import { kubeconfigPath } from './credentials.ts';
import type { Fault, Injection, Lab } from './fault.ts';
import { labDir } from './paths.ts';
import { findMistake } from './verdict.ts';

export interface DrillResult {
  readonly fault: string;
  readonly injection: Injection;
  readonly diagnosis: Diagnosis;
  readonly exitCode: number;
  /** What is wrong with the verdict; undefined when it is right. */
  readonly mistake: string | undefined;
  readonly slowestProbeMs: number;
}

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const EXIT_CODES = { cleared: 0, 'root-cause': 1, inconclusive: 3 } as const;

/** `recordTo`: a file for the bundle of this verdict. The lab is mended whatever happens. */
export async function runDrill(lab: Lab, fault: Fault, recordTo?: string): Promise<DrillResult> {
  try {
    const injection = await fault.inject(lab);
    const { diagnosis, exitCode } = await askCni(lab, injection.words, recordTo);
    return {
      fault: fault.name,
      diagnosis,
      exitCode,
      injection,
      mistake: findMistake(injection.expect, diagnosis) ?? wrongExitCode(diagnosis, exitCode),
      slowestProbeMs: Math.max(0, ...diagnosis.probes.map(({ ms }) => ms)),
    };
  } finally {
    await fault.recover(lab);
  }
}

/** `cni diagnose <words> --json` beside the API server. */
export async function askCni(
  lab: Lab,
  words: readonly string[],
  recordTo?: string,
): Promise<{ diagnosis: Diagnosis; exitCode: number }> {
  const kubeconfig = kubeconfigPath(labDir(lab.name), 'worker');
  const record = recordTo === undefined ? [] : ['--record', recordTo];
  const argv = [process.execPath, CLI, 'diagnose', ...words, '--json', '--kubeconfig', kubeconfig, ...record];
  const { code, stdout, stderr } = await lab.run(argv);
  if (stdout === '') throw new Error(`cni ended with ${code} and without a verdict:\n${stderr}`);
  return { diagnosis: JSON.parse(stdout) as Diagnosis, exitCode: code };
}

function wrongExitCode(diagnosis: Diagnosis, exitCode: number): string | undefined {
  const verdict = verdictOf(diagnosis);
  return exitCode === EXIT_CODES[verdict] ? undefined : `exit code ${exitCode} for ${verdict}`;
}
