// Alertmanager's webhook of version 4 as alerts of ours, or a sentence that says what is wrong with it. Sizes are bounded
// here; what an alert means is `routing.ts`, who may send one is `webhook.ts`.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ReceivedAlert } from '../incidents/alert.ts';
import { boundLabels, boundText } from './labels.ts';

export interface Delivery {
  /** Equal for deliveries that say the same: of two peers, of a retry, of a repetition hours later. */
  key: string;
  alerts: ReceivedAlert[];
}

export type ReadDelivery = { ok: true; delivery: Delivery } | { ok: false; problem: string };

export interface Reading {
  /** Label that names the cluster. */
  clusterLabel: string;
  receivedAt: Date;
}

const Texts = z.record(z.string(), z.string());
// Nanoseconds are possible (Go's RFC 3339); an instant of ours has milliseconds.
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

const Alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Texts,
  annotations: Texts.nullish(),
  startsAt: Instant,
  endsAt: Instant.nullish(),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
});
type Alert = z.output<typeof Alert>;

// Fields that newer versions add (notification_reason, routeLabels) are of no use here, and none is in the way.
const Payload = z.object({
  version: z.literal('4'),
  groupKey: z.string().min(1),
  truncatedAlerts: z.number().int().nonnegative().default(0),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(Alert).nullable(),
});
type Payload = z.output<typeof Payload>;

// Go's zero time: "not ended".
const NEVER = '0001-01-01T00:00:00.000Z';

export function readDelivery(body: unknown, reading: Reading): ReadDelivery {
  const read = Payload.safeParse(body);
  if (!read.success) return { ok: false, problem: explain(body, read.error) };
  const alerts = (read.data.alerts ?? []).map((alert) => toReceived(alert, read.data, reading));
  return { ok: true, delivery: { key: keyOf(read.data), alerts } };
}

function toReceived(alert: Alert, payload: Payload, { clusterLabel, receivedAt }: Reading): ReceivedAlert {
  const { annotations } = alert;
  const labels = boundLabels(alert.labels, clusterLabel);
  const summary = annotations?.summary || annotations?.description || annotations?.message;
  const cluster = labels[clusterLabel];
  const ended = alert.status === 'resolved' && alert.endsAt && alert.endsAt !== NEVER;
  return {
    fingerprint: alert.fingerprint,
    status: alert.status,
    name: labels.alertname ?? '',
    labels,
    ...(summary && { summary: boundText(summary) }),
    startsAt: alert.startsAt,
    ...(ended && alert.endsAt && { endsAt: alert.endsAt }),
    groupKey: boundText(payload.groupKey),
    truncated: payload.truncatedAlerts,
    ...(cluster && { cluster }),
    receivedAt: receivedAt.toISOString(),
  };
}

// How many were left out is part of what it says: when that number grows, something new happened that it does not show.
function keyOf({ groupKey, status, truncatedAlerts, alerts }: Payload): string {
  const episodes = (alerts ?? []).map((alert) => `${alert.fingerprint} ${alert.startsAt} ${alert.status}`);
  return createHash('sha256')
    .update(JSON.stringify([groupKey, status, truncatedAlerts, episodes.sort()]))
    .digest('hex');
}

const EXPECTED = "This address takes Alertmanager's webhook of version 4";

function explain(body: unknown, error: z.ZodError): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return `${EXPECTED}, which is a JSON object; something else came.`;
  if ('orgId' in body)
    return `${EXPECTED}; this looks like a webhook of Grafana: send it to an Alertmanager first, or use Grafana's Alertmanager contact point.`;
  if (!('version' in body) || body.version !== '4')
    return `${EXPECTED}; the field "version" is not "4", so another tool sent this, or a receiver with a payload template of its own.`;
  return `${EXPECTED}; ${placeOf(error)} is missing or is not what that version has.`;
}

// A path may hold label names, which are foreign text: what is not a plain field stays out.
function placeOf(error: z.ZodError): string {
  const path = (error.issues[0]?.path ?? []).slice(0, 3).map(String);
  return path.length > 0 && path.every((part) => /^\w{1,20}$/.test(part))
    ? `the field "${path.join('.')}"`
    : 'a field';
}
