// The tests on one lab: it is raised, every drill of its areas is injected, diagnosed by `cni` with the worker's rights, judged
// and recovered.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askCni, runDrill } from '../lab/drill.ts';
import { connectLab, type Fault, type Lab } from '../lab/fault.ts';
import type { CniName } from '../lab/topology.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

export interface TestedLab {
  name: string;
  cni: CniName;
  areas: Readonly<Record<string, readonly Fault[]>>;
}

const HEALTHY_RUNS = 5;

export function testDrills({ name, cni, areas }: TestedLab): void {
  let lab: Lab;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab(name, cni));
  });
  afterAll(() => lowerLab(name));

  it(`the healthy cluster is cleared ${HEALTHY_RUNS} times in a row, and nothing is found`, async () => {
    for (let run = 1; run <= HEALTHY_RUNS; run += 1) {
      const { diagnosis, exitCode } = await askCni(lab, ['cluster']);

      expect({ run, exitCode, findings: diagnosis.findings }).toEqual({ run, exitCode: 0, findings: [] });
    }
  });

  describe.each(Object.entries(areas))('%s', (_area, faults) => {
    it.each(faults.map((fault) => [fault.name, fault] as const))(
      '%s is judged right',
      async (_name, fault) => {
        const result = await runDrill(lab, fault);

        expect(result.mistake).toBeUndefined();
      },
    );
  });
}
