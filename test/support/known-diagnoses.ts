// Everything that the tests diagnose, whatever the cluster was: worlds in memory, recorded drills, recordings with changed
// answers. For what every playbook owes (conformance.test.ts).

import type { Question } from '../../src/cluster/access.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { casesOnRecordings } from '../playbooks/cases/on-recordings.ts';
import { diagnoseCase } from './diagnose-case.ts';
import { readRecordedDrills } from './recorded-drills.ts';
import { examineAll } from './world-cases.ts';

export interface KnownDiagnosis {
  title: string;
  diagnosis: Diagnosis;
  questions: Question[];
}

export async function knownDiagnoses(): Promise<KnownDiagnosis[]> {
  const worlds = (await examineAll()).map(({ title, diagnosis, access }) => ({
    title,
    diagnosis,
    questions: access.asked,
  }));
  const drills = readRecordedDrills().map(({ name, recorded }) => ({
    title: name,
    diagnosis: recorded.diagnosis,
    questions: Object.keys(recorded.answers).map((key) => JSON.parse(key) as Question),
  }));
  const changed = await Promise.all(
    Object.values(casesOnRecordings)
      .flat()
      .map(async (each) => ({ title: each.title, diagnosis: await diagnoseCase(each), questions: [] })),
  );
  return [...worlds, ...drills, ...changed];
}
