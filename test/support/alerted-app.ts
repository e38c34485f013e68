// Bot and scripted worker that take alerts, as the webhook hands them on: into the backlog of their Redis.

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Overrides } from '../../src/ground.ts';
import type { ReceivedAlert } from '../../src/incidents/alert.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { createAlertBacklog } from '../../src/queue/alert-backlog.ts';
import { createIntakeQueue } from '../../src/queue/incident-schedule.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { newSurroundings, type Surroundings, startBot, startWorker } from './running-app.ts';
import { sampleAlert } from './sample-alert.ts';
import { eventually } from './scripted-diagnose.ts';

export const alertSettings = {
  ALERT_CHANNEL: 'C0ALERTS',
  WEBHOOK_TOKEN: 'a-token-of-some-length',
  WEBHOOK_PORT: '0',
  HOST: '127.0.0.1',
};

export async function startAlerted(overrides: Overrides = {}, environment: NodeJS.ProcessEnv = {}) {
  const surroundings = newSurroundings();
  const worker = await startWorker(surroundings, overrides);
  const bot = await startBot(surroundings, overrides, { ...alertSettings, ...environment });
  const box = openAlertBox(surroundings);
  const { store } = bot;

  /** Incidents that are not settled, oldest first, once all alerts have been looked at. */
  async function openIncidents(): Promise<Incident[]> {
    await box.settled();
    return store.listOpen();
  }
  const onlyIncident = async (): Promise<Incident> => {
    const open = await openIncidents();
    if (open.length !== 1 || !open[0]) throw new Error(`${open.length} incidents are open`);
    return open[0];
  };
  const incidentThat = (id: string, holds: (incident: Incident) => boolean): Promise<Incident> =>
    eventually(async () => {
      const incident = await store.load(id);
      return incident && holds(incident) ? incident : undefined;
    });
  return { surroundings, worker, ...bot, ...box, openIncidents, onlyIncident, incidentThat };
}

export function openAlertBox({ redisUrl, prefix }: Surroundings) {
  const logger = createLogger('silent');
  const link = connectRedis({ url: redisUrl, prefix }, 'working', logger);
  const intake = createIntakeQueue(link, logger);
  const backlog = createAlertBacklog(link);
  onTestFinished(async () => {
    await intake.close();
    await link.close();
  });

  return {
    backlog,
    async receive(...alerts: ReceivedAlert[]): Promise<void> {
      await backlog.put(randomUUID(), alerts);
      await intake.wake();
    },
    settled: () => eventually(async () => (await backlog.counts()).waiting === 0),
  };
}

/** An alert about that pod, in a group of its own. */
export const podAlert = (pod: string, changes: Partial<ReceivedAlert> = {}): ReceivedAlert =>
  sampleAlert({
    fingerprint: `f-${pod}`,
    groupKey: `{}:{pod="${pod}"}`,
    labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod },
    ...changes,
  });

export const ended = (alert: ReceivedAlert): ReceivedAlert => ({
  ...alert,
  status: 'resolved',
  endsAt: '2026-03-01T03:40:00.000Z',
});
