// The tests of one lane: its lab is raised, every drill of its areas is injected, diagnosed by `cni` with the worker's rights,
// judged and recovered. Lanes run side by side, because a drill spends its time in waiting.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askCni, runDrill } from '../lab/drill.ts';
import { connectLab, type Fault, type Lab } from '../lab/fault.ts';
import type { CniName } from '../lab/topology.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

export interface Lane {
  /** Names the lab. */
  name: string;
  cni: CniName;
  areas: Readonly<Record<string, readonly Fault[]>>;
}

const HEALTHY_RUNS = 5;

export function testDrills({ name, cni, areas }: Lane): void {
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

/** The areas with these names; or, with `without`, all others. */
export function areasOf(
  all: Readonly<Record<string, readonly Fault[]>>,
  choice: { only: readonly string[] } | { without: readonly string[] },
): Readonly<Record<string, readonly Fault[]>> {
  const isChosen = (area: string): boolean =>
    'only' in choice ? choice.only.includes(area) : !choice.without.includes(area);
  return Object.fromEntries(Object.entries(all).filter(([area]) => isChosen(area)));
}

/** The areas whose faults are between nodes or of the CNI itself: about half of the time that all drills take. */
export const NODE_AREAS = ['cross-node', 'mtu', 'cni'];
