// Every case of every playbook, examined once for all tests of a file.

import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Case } from '../playbooks/cases/case.ts';
import { dnsCases } from '../playbooks/cases/index.ts';
import { diagnoseWorld } from './world-diagnosis.ts';

export const allCases: Case[] = Object.values(dnsCases).flat();

export const examineAll = (): Promise<Diagnosis[]> =>
  Promise.all(
    allCases.map(async ({ spoil, target, size }) => {
      const options = { ...(target ? { target } : {}), ...(size ? { size } : {}) };
      return (await diagnoseWorld(spoil, options)).diagnosis;
    }),
  );
