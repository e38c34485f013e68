// Diagnoses a recording with changed answers, as a case says.

import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { RecordedCase } from '../playbooks/cases/recorded-case.ts';
import { readRecordedDrill } from './recorded-drills.ts';
import { diagnosisOf } from './replay.ts';
import { spoilAnswers } from './spoiled-drills.ts';

export function diagnoseCase({ from, change, request }: RecordedCase): Promise<Diagnosis> {
  const spoiled = spoilAnswers(readRecordedDrill(from), change);
  return diagnosisOf(spoiled, request?.(spoiled.request));
}
