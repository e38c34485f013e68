// Judges a verdict against what a drill had planted. Pure, so that recorded verdicts are judged as those on the lab are.

import { isDeepStrictEqual } from 'node:util';
import { type Diagnosis, verdictOf } from '../../src/diagnosis/diagnosis.ts';
import type { Finding } from '../../src/diagnosis/finding.ts';
import type { Expectation, ExpectedCause } from './fault.ts';

/** What is wrong with a verdict; undefined when it is right. */
export function findMistake(expect: Expectation, diagnosis: Diagnosis): string | undefined {
  const verdict = verdictOf(diagnosis);
  const causes = diagnosis.findings.filter(({ advisory }) => !advisory);
  const advisories = diagnosis.findings.filter(({ advisory }) => advisory);
  const seen = `${verdict}: ${describe(causes) || 'no cause'}${advisories.length > 0 ? `; advice: ${describe(advisories)}` : ''}`;
  if (verdict !== expect.outcome) return `expected ${expect.outcome}, got ${seen}`;
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
