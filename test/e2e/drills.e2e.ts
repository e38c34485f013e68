// Every drill of the catalogue on the lab: injected, diagnosed by `cni` with the worker's rights, judged, recovered; lab after
// lab. The cluster that nobody broke must be cleared again and again.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askCni, runDrill } from '../lab/drill.ts';
import { connectLab, type Lab } from '../lab/fault.ts';
import { drillsFor } from '../lab/faults/index.ts';
import { cniNames } from '../lab/topology.ts';
import { heldBack } from './held-back.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

const HEALTHY_RUNS = 5;

describe.each(cniNames)('on %s', (cni) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab(cni));
  });
  afterAll(() => lowerLab(cni));

  it(`the healthy cluster is cleared ${HEALTHY_RUNS} times in a row, and nothing is found`, async () => {
    for (let run = 1; run <= HEALTHY_RUNS; run += 1) {
      const { diagnosis, exitCode } = await askCni(lab, ['cluster']);

      expect({ run, exitCode, findings: diagnosis.findings }).toEqual({ run, exitCode: 0, findings: [] });
    }
  });

  describe.each(Object.entries(drillsFor(cni)))('%s', (_area, faults) => {
    it.each(faults.filter(({ name }) => !(name in heldBack)).map((fault) => [fault.name, fault] as const))(
      '%s is judged right',
      async (_name, fault) => {
        const result = await runDrill(lab, fault);

        expect(result.mistake).toBeUndefined();
      },
    );
  });
});
