// An alert as the incident logic sees it, whoever sent it, and what is to be done about it. Only shapes; how a webhook is
// read and which alert leads where is `alertmanager/`.

import type { Target } from '../diagnosis/target.ts';
import type { PlaybookName } from './intent.ts';

export interface ReceivedAlert {
  /** Identity of the label set (Alertmanager: 16 hexadecimal digits); the same at every repetition of the alert. */
  fingerprint: string;
  status: 'firing' | 'resolved';
  /** Label `alertname`; empty when the alert has none. */
  name: string;
  /**
   * Labels as they came, very long values cut and very many left out: foreign text, never used as a name of anything
   * without a check.
   */
  labels: Record<string, string>;
  /** One sentence of its author (annotation `summary`, else `description` or `message`); may be absent. */
  summary?: string;
  /** With the fingerprint this is one episode: a new instant for a known fingerprint is a new one. */
  startsAt: string;
  /** Only when resolved. */
  endsAt?: string;
  /** Aggregation group of the sender; changes with its routing configuration, so it is no identity. */
  groupKey: string;
  /** Alerts of the same group that the sender left out of the message (`max_alerts`). */
  truncated: number;
  /** Cluster named by its labels, as they have it; absent when they name none. */
  cluster?: string;
  /** When the webhook was accepted. */
  receivedAt: string;
}

export type AlertRoute =
  /** `node`: where it happens, for joining what happens at one place. A node's address stands for its name. */
  | { kind: 'diagnose'; playbook: PlaybookName; target: Target; node?: string }
  /** Left alone and counted: about something else than the network, or firing by design (Watchdog). */
  | { kind: 'ignore'; why: 'not-network' | 'always-firing' | 'by-rule' };

export type RouteAlert = (alert: ReceivedAlert) => AlertRoute;

/** Where webhooks put what they received, before anything is done about it. */
export interface AlertInbox {
  /** Resolves only when the alerts are stored; the same delivery key within a day is stored once. */
  put(deliveryKey: string, alerts: ReceivedAlert[]): Promise<'stored' | 'repeated'>;
}

/** Mutes alerts where they come from. */
export interface Silencer {
  /**
   * One silence for each name among the alerts, by the labels that all of that name share; resolves to how many there are.
   * Throws SilenceFailed.
   */
  silence(
    alerts: ReceivedAlert[],
    request: { untilAt: string; by: string; comment: string },
  ): Promise<number>;
}

/** Alertmanager did not take the silence; `reason` is its own word, or why it was not reached. */
export class SilenceFailed extends Error {
  override name = 'SilenceFailed';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`silence failed: ${reason}`, options);
    this.reason = reason;
  }
}
