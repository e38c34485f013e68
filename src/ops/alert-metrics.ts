// What the bot measures of alerts, as Prometheus series: how the webhook answers, and what became of what it took. Those
// counts are kept in the store by all bots together, so several bots show the same ones: do not add them up.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Received = waiting + the sum of what they became, or something was lost. */
export interface AlertTotals {
  received: number;
  waiting: number;
  became: Record<string, number>;
}

export interface AlertMetrics {
  /** HTTP status of the answer, and the time to it. */
  answered(status: number, seconds: number): void;
  show(totals: AlertTotals): void;
}

export function createAlertMetrics(registry: Registry): AlertMetrics {
  const registers = [registry];
  const answerSeconds = new Histogram({
    name: 'cni_triage_webhook_seconds',
    help: 'Time to the answer of the webhook for alerts, by HTTP status.',
    labelNames: ['status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const received = new Counter({
    name: 'cni_triage_alerts_received_total',
    help: 'Alerts that were stored, of all bots together.',
    registers,
  });
  const waiting = new Gauge({
    name: 'cni_triage_alerts_waiting',
    help: 'Alerts that are stored and that nobody has looked at yet.',
    registers,
  });
  const became = new Counter({
    name: 'cni_triage_alerts_total',
    help: 'Alerts by what became of them, of all bots together.',
    labelNames: ['became'],
    registers,
  });

  return {
    answered: (status, seconds) => answerSeconds.observe({ status }, seconds),
    show(totals) {
      received.reset();
      received.inc(totals.received);
      waiting.set(totals.waiting);
      became.reset();
      for (const [fate, count] of Object.entries(totals.became)) became.inc({ became: fate }, count);
    },
  };
}
