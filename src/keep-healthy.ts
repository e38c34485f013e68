// Diagnoses that keep the settings with which all was well, so that a fix can put them back. Read after a verdict has been
// given and never waited for: it is no reason for a diagnosis to fail or to be late.

import type { WithAccess } from './cluster/with-access.ts';
import { createAsk } from './diagnosis/ask.ts';
import { verdictOf } from './diagnosis/diagnosis.ts';
import type { Diagnose } from './incidents/ports.ts';
import { type HealthySettings, readHealthySettings } from './remediation/healthy-settings.ts';
import type { Scope } from './remediation/remediation.ts';

export interface KeepingParts {
  scope: Scope;
  settings: Pick<HealthySettings, 'keep'>;
  clock: { now(): Date };
  onFailure(error: unknown): void;
  withAccess: WithAccess;
}

const DEADLINE_MS = 10_000;
const BUDGET = { perNode: 10, total: 100 };

export function keepingHealthy(
  diagnose: Diagnose,
  parts: KeepingParts,
): { diagnose: Diagnose; close(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const closed = new AbortController();

  async function keep(cluster: string, playbook: string): Promise<void> {
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(DEADLINE_MS)]);
    await parts.withAccess(signal, async (access) => {
      const { ask } = createAsk(access, BUDGET, signal, () => undefined);
      const at = parts.clock.now().toISOString();
      await parts.settings.keep(cluster, await readHealthySettings(playbook, parts.scope, ask, at));
    });
  }

  return {
    async diagnose(request, onProgress, signal) {
      const result = await diagnose(request, onProgress, signal);
      if (result.ok && verdictOf(result.diagnosis) === 'cleared') {
        const keeping = keep(request.cluster, request.playbook).catch((error: unknown) => {
          if (!closed.signal.aborted) parts.onFailure(error);
        });
        running.add(keeping);
        void keeping.finally(() => running.delete(keeping));
      }
      return result;
    },
    async close() {
      closed.abort();
      await Promise.all(running);
    },
  };
}
