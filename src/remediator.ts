// Builds the remediator of one cluster, the only role that changes anything: it takes approved plans and carries them out. Part
// of the composition root (`app.ts`); nothing is decided here, and Slack is nowhere in it.

import { setTimeout as delay } from 'node:timers/promises';
import { announce } from './announce.ts';
import { createApiEntrance } from './cluster/api-entrance.ts';
import { loadKubeConfig } from './cluster/connection.ts';
import { createLiveControl } from './cluster/live-control.ts';
import { createDiagnoseAgain } from './diagnose-again.ts';
import type { Ground } from './ground.ts';
import { createAuditLog } from './queue/audit-log.ts';
import { createDiagnosisQueue } from './queue/diagnosis-queue.ts';
import { workerTiming } from './queue/diagnosis-worker.ts';
import { createExecutionStore } from './queue/execution-store.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { createProposalReports } from './queue/proposal-queue.ts';
import { startRemediateWorker } from './queue/remediate-worker.ts';
import { createSurfaceQueue } from './queue/surface-queue.ts';
import { ApprovedPlan } from './remediation/approval.ts';
import { executePlan } from './remediation/executor.ts';
import { readPublicKey } from './remediation/signature.ts';
import { createRemediatorReview } from './review-rights.ts';
import { readSetting } from './setting-files.ts';

export async function startRemediator(ground: Ground): Promise<void> {
  const { config, overrides, working: link, rendering, clock, logger, onStop } = ground;
  if (!config.remediator) throw new Error('a remediator needs the name of its cluster');
  const { cluster, fixes, publicKeyPath, kubeconfigPath, context } = config.remediator;
  const { pause = delay } = overrides;
  const admission = { cluster, ...fixes, publicKey: await readSetting(publicKeyPath, readPublicKey) };
  const entrance = createApiEntrance(loadKubeConfig(kubeconfigPath, context));
  const incidents = createIncidentStore(link, config.bot.responseMinutes);
  const queue = createDiagnosisQueue(link, logger);
  onStop(queue.close);
  const drawings = createSurfaceQueue(link, rendering, logger);
  onStop(drawings.close);
  const reports = createProposalReports(link, logger);
  onStop(reports.close);

  const worker = await startRemediateWorker({
    ...{ link, cluster, reports, clock, logger },
    store: createExecutionStore(link, overrides.executionLeaseMs),
    audit: createAuditLog(link),
    timing: { ...workerTiming, ...overrides.worker },
    async execute(handed, store, stop) {
      const incidentId = ApprovedPlan.safeParse(handed).data?.plan.incidentId ?? '';
      const ports = {
        ...{ admission, store, pause },
        control: createLiveControl(await entrance.choose(stop)),
        diagnose: createDiagnoseAgain(incidentId, { incidents, queue, drawings, clock, pause }),
        now: () => clock.now(),
        // What is written down is told by the worker of the queue.
        onProgress: () => undefined,
      };
      return executePlan(handed, ports, stop);
    },
  });
  onStop(worker.close);
  await announce(ground, {
    ...{ role: 'remediator', cluster, fixes, playbooks: [] },
    // By the same entrance, which so learns other addresses while all is well.
    review: overrides.reviewRights ?? createRemediatorReview(entrance, fixes, clock),
  });
}
