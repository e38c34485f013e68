// The buttons under a verdict by which a fix is asked for, and what they carry. Ids only; everything is looked up again when
// one is pressed.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Language } from '../incidents/intent.ts';
import { fixLabel } from '../messages/fixes.ts';
import { automaticRemediation } from '../remediation/catalog/index.ts';
import type { ButtonSpec } from './blocks.ts';
import { clipped } from './limits.ts';

const MOST_BUTTONS = 3;
const LABEL_LIMIT = 75;
/** Slack wants every action of a message named differently: `fix-0`, `fix-1`, … */
export const FIX_ACTION = /^fix-\d$/;

export interface FixWanted {
  incidentId: string;
  diagnosisId: string;
  /** Place among the diagnosis' findings. */
  finding: number;
  remediation: string;
}

/** Causes before what is only odd; for each the smaller fix first. */
export function fixButtons(
  { id: diagnosisId, findings }: Diagnosis,
  incidentId: string,
  language: Language,
): ButtonSpec[] {
  return findings
    .map((finding, index) => ({ finding, index }))
    .toSorted((a, b) => Number(a.finding.advisory) - Number(b.finding.advisory))
    .flatMap(({ finding, index }) =>
      finding.remediations
        .filter((id) => automaticRemediation(id))
        .map((id) => ({
          label: clipped(fixLabel(id, finding.node, language), LABEL_LIMIT),
          value: [incidentId, diagnosisId, index, id].join('/'),
        })),
    )
    .slice(0, MOST_BUTTONS)
    .map((button, place) => ({ action: `fix-${place}`, ...button }));
}

export function decodeFix(value: string | undefined): FixWanted | undefined {
  const [incidentId, diagnosisId, finding, remediation] = (value ?? '').split('/');
  if (!incidentId || !diagnosisId || !remediation || !/^\d{1,3}$/.test(finding ?? '')) return undefined;
  return { incidentId, diagnosisId, finding: Number(finding), remediation };
}
