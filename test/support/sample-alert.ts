// Alerts as the webhook hands them on.

import type { ReceivedAlert } from '../../src/incidents/alert.ts';

export function sampleAlert(changes: Partial<ReceivedAlert> = {}): ReceivedAlert {
  const name = changes.name ?? 'KubePodNotReady';
  return {
    fingerprint: '6b640c12e8939f00',
    status: 'firing',
    name,
    labels: { alertname: name, namespace: 'shop', pod: 'web-7f', severity: 'warning' },
    summary: 'Pod has been in a non-ready state',
    startsAt: '2026-03-01T03:12:00.000Z',
    groupKey: `{}/{}:{alertname="${name}"}`,
    truncated: 0,
    cluster: 'prod-eu',
    receivedAt: '2026-03-01T03:12:30.000Z',
    ...changes,
  };
}
