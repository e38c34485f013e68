// Every case on a world in memory, examined once for all tests of a file.

import type { Case } from '../playbooks/cases/case.ts';
import { dnsCases } from '../playbooks/cases/index.ts';
import { diagnoseWorld, type Examined } from './world-diagnosis.ts';

export const allCases: Case[] = Object.values(dnsCases).flat();

export const examineAll = (): Promise<(Examined & { title: string })[]> =>
  Promise.all(
    allCases.map(async ({ title, spoil, target, size }) => {
      const options = { ...(target ? { target } : {}), ...(size ? { size } : {}) };
      return { title, ...(await diagnoseWorld(spoil, options)) };
    }),
  );
