// Brings a diagnosis and the expectation of a case into one form, so that a failing test shows the difference at once.

import type { Diagnosis } from '../../../src/diagnosis/diagnosis.ts';
import type { Unavailable } from '../../../src/diagnosis/evidence.ts';
import type { Finding, Subject } from '../../../src/diagnosis/finding.ts';
import { describeVantage } from '../../../src/diagnosis/probe.ts';
import type { Expected, Verdict } from './case.ts';

export function shapeOf({ outcomes, findings }: Diagnosis, { findings: wanted, unchecked }: Verdict) {
  const [outcome] = outcomes;
  return {
    outcome: outcome?.outcome,
    findings: findings.map((finding, at) => shapeOfFinding(finding, wanted[at])),
    reasons: (outcome?.reasons ?? []).map((reason) =>
      reason.kind === 'unavailable'
        ? reason.evidence.reason
        : reason.kind === 'elsewhere'
          ? reason.why
          : 'crashed',
    ),
    unchecked: unchecked === undefined ? undefined : places(outcome?.unchecked ?? []),
    evidence: findings.every(({ evidence }) => evidence.length > 0),
  };
}

export const wantedShape = ({ outcome, findings, reasons, unchecked }: Verdict) => ({
  outcome,
  findings: findings.map(({ code, subject, node, confidence = 'proven', advisory = false, params = {} }) => ({
    code,
    subject,
    node,
    confidence,
    advisory,
    params,
  })),
  reasons: reasons ?? [],
  unchecked,
  evidence: true,
});

function shapeOfFinding(finding: Finding, wanted: Expected | undefined) {
  const { code, subject, node, confidence, advisory } = finding;
  const params = finding.params as unknown as Record<string, unknown>;
  const asked = wanted?.code === code ? Object.keys(wanted.params ?? {}) : Object.keys(params);
  return {
    code,
    subject: subjectLine(subject),
    node,
    confidence,
    advisory,
    params: Object.fromEntries(asked.map((key) => [key, params[key]])),
  };
}

const subjectLine = ({ kind, namespace, name }: Subject): string =>
  [kind, [namespace, name].filter((part) => part !== undefined).join('/')]
    .filter((part) => part !== '')
    .join(' ');

const places = (unseen: Unavailable[]): string[] =>
  [...new Set(unseen.map(({ label, vantage }) => `${label.topic}@${describeVantage(vantage)}`))].sort();
