// One failure drill: break the lab, ask `cni` what is wrong, with the worker's rights, judge the verdict, mend the lab.
// The end-to-end tests and the benchmark are made of these; it prints nothing.

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Diagnosis, verdictOf } from '../../src/diagnosis/diagnosis.ts';
import type { Finding } from '../../src/diagnosis/finding.ts';
import { kubeconfigPath } from './credentials.ts';
import type { Expectation, ExpectedCause, Fault, Injection, Lab } from './fault.ts';
import { labDir } from './paths.ts';

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
      mistake: findMistake(injection.expect, diagnosis, exitCode),
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

/** What is wrong with a verdict; undefined when it is right. Exported for verdicts that were recorded earlier. */
export function findMistake(expect: Expectation, diagnosis: Diagnosis, exitCode: number): string | undefined {
  const verdict = verdictOf(diagnosis);
  const causes = diagnosis.findings.filter(({ advisory }) => !advisory);
  const advisories = diagnosis.findings.filter(({ advisory }) => advisory);
  const seen = `${verdict}: ${describe(causes) || 'no cause'}${advisories.length > 0 ? `; advice: ${describe(advisories)}` : ''}`;
  if (verdict !== expect.outcome) return `expected ${expect.outcome}, got ${seen}`;
  if (exitCode !== EXIT_CODES[expect.outcome]) return `exit code ${exitCode} for ${seen}`;
  if (expect.outcome === 'inconclusive')
    return causes.length === 0 ? undefined : `expected no cause, got ${seen}`;
  if (expect.outcome === 'cleared') {
    const odd = advisories.filter(({ code }) => !expect.advisories?.includes(code));
    return odd.length === 0 ? undefined : `expected nothing found, got ${seen}`;
  }
  const missing = expect.causes.find((wanted) => !causes.some((cause) => fits(cause, wanted)));
  if (missing) return `expected ${JSON.stringify(missing)}, got ${seen} ${JSON.stringify(causes[0]?.params)}`;
  const surplus = causes.filter((cause) => !expect.causes.some((wanted) => fits(cause, wanted)));
  return surplus.length === 0 ? undefined : `expected no more causes than planted, got ${seen}`;
}

const describe = (findings: Finding[]): string =>
  findings
    .map(
      ({ code, subject, confidence }) => `${code} of ${subject.kind} ${subject.name ?? ''} (${confidence})`,
    )
    .join(', ');

function fits(cause: Finding, { code, subject, node, params }: ExpectedCause): boolean {
  const within = (wanted: object | undefined, actual: object): boolean =>
    Object.entries(wanted ?? {}).every(([key, value]) =>
      isDeepStrictEqual({ ...actual }[key as never], value),
    );
  return (
    cause.code === code &&
    within(subject, cause.subject) &&
    (node === undefined || cause.node === node) &&
    within(params, cause.params)
  );
}
