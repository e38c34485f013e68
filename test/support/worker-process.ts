// The process of killable-worker.ts. Usage: node worker-process.ts hang|root-cause|cleared, with REDIS_URL, REDIS_PREFIX
// and CLUSTER_NAME as for the real one.

import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Diagnose } from '../../src/incidents/ports.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { quickTiming, shortLock } from './quick-timing.ts';
import { sampleDiagnosis } from './sample-diagnosis.ts';

const behaviour = process.argv[2];

const diagnose: Diagnose = async (request, onProgress) => {
  onProgress({ done: 1, total: 2, elapsedMs: 1, waiting: [] });
  process.stdout.write('diagnosing\n');
  if (behaviour === 'hang') await new Promise(() => {});
  const outcome = behaviour === 'cleared' ? 'cleared' : 'root-cause';
  return { ok: true, diagnosis: sampleDiagnosis(request, outcome) };
};

await startApp('worker', readConfig('worker'), {
  ...quickTiming,
  worker: shortLock,
  diagnose,
  logger: createLogger('silent'),
});
process.stdout.write('started\n');
