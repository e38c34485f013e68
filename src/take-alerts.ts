// Opens the webhook that the settings name, in front of the backlog in Redis, and reads the files that they name. Part of
// the composition root (`bot.ts`); what becomes of the alerts then is the intake's.

import { type OwnRule, readOwnRules } from './alertmanager/own-rules.ts';
import { startWebhook, type WebhookAccess } from './alertmanager/webhook.ts';
import { type AlertsConfig, ConfigError } from './config.ts';
import type { Ground } from './ground.ts';
import type { AlertInbox } from './incidents/alert.ts';
import type { AlertBacklog, IntakeQueue } from './incidents/ports.ts';
import { readText } from './setting-files.ts';

/** Both fail at once when Redis is away, so that Alertmanager is told. */
export interface AlertStore {
  backlog: AlertInbox & AlertBacklog;
  intake: IntakeQueue;
}

/** Resolves to the port. */
export async function takeAlerts(
  { logger, metrics, clock, onStop }: Pick<Ground, 'logger' | 'metrics' | 'clock' | 'onStop'>,
  { webhook, clusterLabel }: AlertsConfig,
  { backlog, intake }: AlertStore,
): Promise<number> {
  const measured = metrics.ofAlerts(async () => {
    const { received, waiting, ...became } = await backlog.counts();
    return { received, waiting, became };
  });
  const inbox: AlertInbox = {
    async put(deliveryKey, alerts) {
      const outcome = await backlog.put(deliveryKey, alerts);
      // They are stored, and the next sweep finds them.
      await intake.wake().catch((error: unknown) => logger.warn({ err: error }, 'intake is not woken'));
      return outcome;
    },
  };
  const { port, close } = await startWebhook({
    host: webhook.host,
    port: webhook.port,
    access: await accessOf(webhook),
    inbox,
    clusterLabel,
    clock,
    logger,
    onAnswered: measured.answered,
  });
  onStop(close);
  return port;
}

/** Of the operator; none without a file. */
export async function readRules(path: string | undefined): Promise<OwnRule[]> {
  if (path === undefined) return [];
  const read = readOwnRules(await readText(path));
  if (read.ok) return read.rules;
  throw new ConfigError([`${path} cannot be used:`, ...read.problems].join('\n  '));
}

async function accessOf({ token, tls }: AlertsConfig['webhook']): Promise<WebhookAccess> {
  const pair = tls && { cert: await readText(tls.certPath), key: await readText(tls.keyPath) };
  const clientCa = tls?.clientCaPath === undefined ? undefined : await readText(tls.clientCaPath);
  if (token) return { token, ...(pair && { tls: { ...pair, ...(clientCa !== undefined && { clientCa }) } }) };
  if (!pair || clientCa === undefined) throw new Error('a webhook needs a token or a client CA');
  return { tls: { ...pair, clientCa } };
}
