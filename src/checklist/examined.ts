// The three items that a playbook judges: the CNI's components, the ways between nodes, DNS. A root cause is a failure,
// advice wants attention, and doubt stays doubt. Pure.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { CheckStatus, Examined } from './checklist.ts';

export interface Verdict {
  status: CheckStatus;
  examined: Examined;
}

/** Of a diagnosis by one playbook. `otherItems`: codes of advice that another item of the list is about. */
export function examinedBy({ outcomes, findings }: Diagnosis, otherItems: string[] = []): Verdict {
  const [outcome] = outcomes;
  if (!outcome || outcome.outcome === 'not-applicable')
    return { status: outcome ? 'fine' : 'unknown', examined: { more: 0, notApplicable: true } };
  const causes = findings.filter(({ advisory }) => !advisory);
  const advice = findings.filter(({ advisory, code }) => advisory && !otherItems.includes(code));
  const [reason] = outcome.reasons;
  const coverage = outcome.coverage && { coverage: outcome.coverage };
  switch (outcome.outcome) {
    case 'root-cause':
      return { status: 'failed', examined: { ...first(causes), ...coverage } };
    case 'inconclusive':
      return { status: 'unknown', examined: { ...first(causes), ...(reason && { reason }), ...coverage } };
    case 'cleared':
      return {
        status: advice.length > 0 ? 'attention' : 'fine',
        examined: { ...first(advice), ...coverage },
      };
  }
}

/** What is kept says what was found; a diagnosis has the proof. */
function first([finding, ...others]: Finding[]): Examined {
  return { ...(finding && { finding: { ...finding, evidence: [] } }), more: others.length };
}
