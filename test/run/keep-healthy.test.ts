// What is kept after a diagnosis: only of one that found nothing wrong, and never at its cost.

import { expect, test } from 'vitest';
import { type KeepingParts, keepingHealthy } from '../../src/keep-healthy.ts';
import type { KeptSetting } from '../../src/remediation/healthy-settings.ts';
import { createChangeableCluster } from '../support/changeable-cluster.ts';
import { eventually } from '../support/eventually.ts';
import { scope } from '../support/planned-remedies.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { sampleDiagnosis, sampleRequest } from '../support/sample-diagnosis.ts';

async function keptAfter(
  outcome: 'cleared' | 'root-cause' | 'inconclusive',
  changes: Partial<KeepingParts> = {},
) {
  const kept: KeptSetting[] = [];
  const failures: unknown[] = [];
  const { access } = createChangeableCluster(faultFor('restore-corefile').objects);
  const keeping = keepingHealthy(
    async (request) => ({ ok: true, diagnosis: sampleDiagnosis(request, outcome) }),
    {
      scope,
      settings: { keep: async (_cluster, settings) => void kept.push(...settings) },
      clock: { now: () => new Date('2026-03-01T03:12:00Z') },
      onFailure: (error) => failures.push(error),
      withAccess: (_signal, read) => read(access),
      ...changes,
    },
  );
  const request = sampleRequest();
  const result = await keeping.diagnose(request, () => undefined, new AbortController().signal);
  if (outcome === 'cleared') await eventually(() => expect(kept.length + failures.length).toBeGreaterThan(0));
  await keeping.close();
  return { kept, failures, result };
}

test('after a cleared diagnosis the settings that its fixes put back are kept', async () => {
  const { kept, result } = await keptAfter('cleared');

  expect(result.ok).toBe(true);
  expect(kept.map(({ path }) => path.join('.'))).toContain('data.Corefile');
});

test.each(['root-cause', 'inconclusive'] as const)('after %s nothing is kept', async (outcome) => {
  const { kept } = await keptAfter(outcome);

  expect(kept).toEqual([]);
});

test('a cluster that does not answer costs the diagnosis nothing', async () => {
  const { result, failures } = await keptAfter('cleared', {
    withAccess: () => Promise.reject(new Error('connect ECONNREFUSED')),
  });

  expect(result.ok).toBe(true);
  expect(failures).toHaveLength(1);
});
