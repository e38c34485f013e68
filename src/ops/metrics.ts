// What the operator of the bot measures, as Prometheus series. One registry per process part, never the global one.

import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { type AlertMetrics, type AlertTotals, createAlertMetrics } from './alert-metrics.ts';
import { type ClusterMetrics, createClusterMetrics } from './cluster-metrics.ts';

export interface Metrics {
  /** How a diagnosis ended: a verdict, or the kind of its failure. */
  diagnosed(cluster: string, end: string, seconds: number): void;
  /** How a rendering ended: done, rate-limited, unreachable, failed. */
  rendered(result: 'done' | 'rate-limited' | 'unreachable' | 'failed'): void;
  /** The kind of reply that a command got. */
  replied(kind: string): void;
  /** What a worker measures of its cluster; once a process. */
  ofCluster(cluster: string): ClusterMetrics;
  /** What a bot measures of alerts; once a process. Their counts are read, where that succeeds, for each exposition. */
  ofAlerts(read: () => Promise<AlertTotals>): Pick<AlertMetrics, 'answered'>;
  /** The text exposition format. */
  expose(): Promise<{ contentType: string; body: string }>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const diagnosisSeconds = new Histogram({
    name: 'cni_triage_diagnosis_seconds',
    help: 'Time from taking a diagnosis job to its end.',
    labelNames: ['cluster', 'end'],
    buckets: [0.5, 1, 2, 3, 5, 8, 15, 30, 60, 120],
    registers: [registry],
  });
  const renderings = new Counter({
    name: 'cni_triage_renderings_total',
    help: 'Renderings of an incident in its thread, by result.',
    labelNames: ['result'],
    registers: [registry],
  });
  const replies = new Counter({
    name: 'cni_triage_replies_total',
    help: 'Answers to commands, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  });
  let refresh = async (): Promise<void> => {};

  return {
    diagnosed: (cluster, end, seconds) => diagnosisSeconds.observe({ cluster, end }, seconds),
    rendered: (result) => renderings.inc({ result }),
    replied: (kind) => replies.inc({ kind }),
    ofCluster: (cluster) => createClusterMetrics(registry, cluster),
    ofAlerts(read) {
      const alerts = createAlertMetrics(registry);
      refresh = () => read().then(alerts.show, () => {});
      return alerts;
    },
    async expose() {
      await refresh();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
