// Clusters that answer slowly, or hardly at all: a verdict comes all the same, in bounded time. The time is simulated.

import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/cluster/access.ts';
import { runDiagnosis } from '../../src/diagnosis/engine.ts';
import { playbooks } from '../../src/playbooks/index.ts';
import { loadFacts } from '../../src/probes/cluster-facts.ts';
import { resolveTarget } from '../../src/probes/resolve-target.ts';
import { readRecordedDrills } from '../support/recorded-drills.ts';
import { createTimedAccess } from '../support/timed-access.ts';

const healthy = readRecordedDrills().filter(
  ({ recorded }) => recorded.drill.injection.expect.outcome === 'cleared',
);

type Recorded = (typeof healthy)[number]['recorded'];

async function diagnoseSlowly({ request, answers }: Recorded, latencyMs: (question: Question) => number) {
  const access = createTimedAccess(answers, latencyMs);
  const result = await access.run(
    runDiagnosis({
      request,
      playbooks: playbooks.filter(({ id }) => request.playbook === 'cluster' || id === request.playbook),
      access,
      loadFacts,
      resolveTarget,
      remediationsFor: () => [],
      budget: { perNode: 200, total: 2000 },
      clock: { now: () => new Date(0) },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onCrash: (_playbook, error) => {
        throw error;
      },
    }),
  );
  return { result, elapsedMs: access.elapsedMs(), asked: access.asked };
}

describe.each(healthy)('$name', ({ recorded }) => {
  test('an API server that takes 2 s for each call delays the verdict by a few rounds', async () => {
    const { result, elapsedMs } = await diagnoseSlowly(recorded, ({ via }) => (via === 'api' ? 2000 : 300));

    expect(result.ok).toBe(true);
    expect(elapsedMs).toBeLessThan(20_000);
  });

  test('nodes that answer at the last moment are waited for once, not again and again', async () => {
    const { elapsedMs } = await diagnoseSlowly(recorded, ({ via, timeoutMs }) =>
      via === 'api' ? 50 : timeoutMs,
    );

    expect(elapsedMs).toBeLessThan(30_000);
  });

  test('nodes that never answer are given up', async () => {
    const { result, elapsedMs } = await diagnoseSlowly(recorded, ({ via, timeoutMs }) =>
      via === 'api' ? 50 : timeoutMs + 1,
    );

    expect(result.ok && result.diagnosis.outcomes[0]?.outcome).toBe('inconclusive');
    expect(elapsedMs).toBeLessThan(30_000);
  });
});
