// The worker's looks at its cluster for metrics: each opens an access of its own, by an address of the API server that
// answers, and asks within a small budget, because it comes again every minute on every cluster.

import type { ClusterAccess } from './cluster/access.ts';
import { loadKubeConfig } from './cluster/connection.ts';
import { createWithAccess } from './cluster/with-access.ts';
import type { LiveDiagnoseOptions } from './diagnose.ts';
import { createAsk } from './diagnosis/ask.ts';
import { createMeasure, type Measure } from './measuring/measure.ts';
import type { Reading } from './measuring/reading.ts';
import type { Look } from './measuring/schedule.ts';

// Of a node: its DNS, and the three peers of the sample. The API server is asked for one list of pods a sampled node.
const BUDGET = { perNode: 10, total: 200 };

export function createLiveLook({ kubeconfigPath, context }: Omit<LiveDiagnoseOptions, 'onCrash'>): Look {
  const withAccess = createWithAccess(loadKubeConfig(kubeconfigPath, context));
  const measure = createMeasure();
  return (depth, signal) => withAccess(signal, (access) => measureThrough(access, measure[depth], signal));
}

export function measureThrough(
  access: ClusterAccess,
  measure: Measure,
  signal: AbortSignal,
): Promise<Reading[]> {
  return measure(createAsk(access, BUDGET, signal, () => undefined).ask);
}
