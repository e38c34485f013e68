// A real Alertmanager for a test: on a free port of the loopback interface, with data of its own, gone with the test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

type Labels = Record<string, string>;

export interface Alertmanager {
  url: string;
  /** From now on it posts there, at once and again as soon as it may. `http` is its `http_config`. */
  postTo(url: string, http?: object): Promise<void>;
  /** As Prometheus does: alerts that fire, or have ended. */
  take(alerts: { labels: Labels; summary?: string; startsAt?: string; endsAt?: string }[]): Promise<void>;
  /** Pods of the alerts that are muted now. */
  mutedPods(): Promise<string[]>;
  /** Notifications that failed and will not be tried again in this round. */
  failures(): Promise<number>;
}

export async function startAlertmanager(program: string): Promise<Alertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-alertmanager-'));
  const file = join(folder, 'alertmanager.yml');
  await writeFile(file, configuration([]));
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${folder}`,
      '--web.listen-address=127.0.0.1:0',
      '--cluster.listen-address=',
      '--log.format=json',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  onTestFinished(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true });
  });
  const url = `http://${await listeningAddress(child.stderr)}`;

  async function call(path: string, body?: object): Promise<Response> {
    const sent = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${url}${path}`, { method: body ? 'POST' : 'GET', ...sent });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  return {
    url,
    async postTo(webhookUrl, http = {}) {
      await writeFile(file, configuration([{ url: webhookUrl, http_config: http }]));
      await call('/-/reload', {});
    },
    async take(alerts) {
      const posted = alerts.map(({ labels, summary, startsAt, endsAt }) => ({
        labels,
        ...(summary && { annotations: { summary } }),
        ...(startsAt && { startsAt }),
        ...(endsAt && { endsAt }),
      }));
      await (await call('/api/v2/alerts', posted)).text();
    },
    async mutedPods() {
      const alerts = (await (await call('/api/v2/alerts')).json()) as {
        labels: Labels;
        status: { silencedBy: string[] };
      }[];
      return alerts
        .filter(({ status }) => status.silencedBy.length > 0)
        .map(({ labels }) => labels.pod ?? '')
        .sort();
    },
    async failures() {
      const metrics = await (await call('/metrics')).text();
      const counts = metrics.matchAll(
        /^alertmanager_notifications_failed_total\{.*integration="webhook".*\} (\d+)$/gm,
      );
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    },
  };
}

// JSON is YAML too.
const configuration = (webhooks: object[]): string =>
  JSON.stringify({
    route: {
      receiver: 'bot',
      group_by: ['alertname'],
      group_wait: '100ms',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [{ name: 'bot', webhook_configs: webhooks }],
  });

async function listeningAddress(log: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: log })) {
    lines.push(line);
    const { msg, address } = JSON.parse(line) as { msg?: string; address?: string };
    if (msg !== 'Listening on' || address === undefined) continue;
    log.resume();
    return address;
  }
  throw new Error(`Alertmanager does not start:\n${lines.join('\n')}`);
}
