// Every case of every playbook, examined once for all tests of a file.

import type { Case } from '../playbooks/cases/case.ts';
import { dnsCases } from '../playbooks/cases/index.ts';
import { diagnoseWorld, type Examined } from './world-diagnosis.ts';

export const allCases: Case[] = Object.values(dnsCases).flat();

export const examineAll = (): Promise<Examined[]> =>
  Promise.all(
    allCases.map(async ({ spoil, target, size }) => {
      const options = { ...(target ? { target } : {}), ...(size ? { size } : {}) };
      return diagnoseWorld(spoil, options);
    }),
  );
