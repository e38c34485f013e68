// Every DNS fault of the catalogue on the lab: injected, diagnosed by `cni` with the worker's rights, recovered; and the
// healthy cluster, which must be cleared again and again.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askCni, runDrill } from '../lab/drill.ts';
import { connectLab, type Lab } from '../lab/fault.ts';
import { dnsFaults } from '../lab/faults/dns/index.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

const HEALTHY_RUNS = 5;

describe('dns on the lab', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab());
  });
  afterAll(() => lowerLab());

  it(`clears the healthy cluster, ${HEALTHY_RUNS} times in a row, and finds nothing`, async () => {
    for (let run = 1; run <= HEALTHY_RUNS; run += 1) {
      const { diagnosis, exitCode } = await askCni(lab, ['dns']);

      expect({ run, exitCode, findings: diagnosis.findings }).toEqual({ run, exitCode: 0, findings: [] });
    }
  });

  it.each(dnsFaults.map((fault) => [fault.name, fault] as const))(
    'names the cause of %s',
    async (_name, fault) => {
      const result = await runDrill(lab, fault);

      expect(result.mistake).toBeUndefined();
    },
  );
});
