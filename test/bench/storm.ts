// A storm of alerts against the real bot and worker, each in a process of its own: webhooks over HTTP, a private Redis that
// keeps its data, and the stand-in for Slack with Slack's limits. Only the diagnosis is scripted; it ends at once.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AlertCounts } from '../../src/incidents/ports.ts';
import { guideResponseMinutes } from '../../src/incidents/priority.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { createAlertBacklog } from '../../src/queue/alert-backlog.ts';
import { createIncidentStore } from '../../src/queue/incident-store.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { startProgram } from '../support/program.ts';
import { freePort, startPrivateRedis } from '../support/redis.ts';
import type { Call } from '../support/slack-workspace/web-api.ts';
import { startSlackWorkspace, TOKENS } from '../support/slack-workspace/workspace.ts';

export interface StormOptions {
  alerts: number;
  seconds: number;
}

export interface StormResult {
  counts: AlertCounts;
  /** Received and without a fate when all was quiet again. */
  lost: number;
  webhooks: { sent: number; refused: number; p50Ms: number; p99Ms: number; maxMs: number };
  /** From the last webhook until the backlog was empty. */
  drainedMs: number;
  incidents: number;
  threads: number;
  diagnoses: number;
  slack: { calls: Record<string, number>; rateLimited: number };
  /** Resident memory at its highest, bot and worker together. */
  peakMegabytes: number;
}

const CLUSTER = 'prod-eu';
const CHANNEL = 'C0INCIDENTS';
const TOKEN = 'a-token-of-some-length';
const PREFIX = 'storm';
const NODES = 50;
/** Alertmanager groups by name and namespace; half of the alerts come so, the other half one by one. */
const GROUP = 100;

export async function raiseStorm({ alerts, seconds }: StormOptions): Promise<StormResult> {
  await using cleanup = new AsyncDisposableStack();
  const redis = await startPrivateRedis({ appendOnly: true });
  cleanup.defer(redis.stop);
  const workspace = await startSlackWorkspace();
  cleanup.defer(workspace.stop);
  const webhookPort = await freePort();
  const common = { REDIS_URL: redis.url, REDIS_PREFIX: PREFIX, CLUSTER_NAME: CLUSTER };
  const settings = {
    ...common,
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    SLACK_APP_TOKEN: TOKENS.app,
    ALERT_CHANNEL: CHANNEL,
    WEBHOOK_TOKEN: TOKEN,
    WEBHOOK_PORT: String(webhookPort),
    HOST: '127.0.0.1',
  };
  const flags = await shippedFlags();
  const bot = await startProgram('../../src/main.ts', settings, ['bot'], flags);
  cleanup.defer(bot.end);
  const worker = await startProgram('worker-process.ts', common, ['root-cause'], flags);
  cleanup.defer(worker.end);
  const memory = watchMemory([bot.pid, worker.pid]);
  cleanup.defer(async () => memory.stop());

  const answers = await sendAll(bodiesOf(alerts), seconds, webhookPort);
  const link = connectRedis({ url: redis.url, prefix: PREFIX }, 'working', createLogger('silent'));
  cleanup.defer(link.close);
  const backlog = createAlertBacklog(link);
  const sentAtMs = performance.now();
  await until(async () => (await backlog.counts()).waiting === 0, 120_000);
  const drainedMs = performance.now() - sentAtMs;
  const store = createIncidentStore(link, guideResponseMinutes);
  await until(async () => (await store.listOpen()).every(({ diagnosing }) => !diagnosing), 120_000);
  const counts = await backlog.counts();
  const incidents = await store.listOpenedSince('2000-01-01T00:00:00Z');
  const roots = () => workspace.messagesIn(CHANNEL).filter(({ threadTs }) => threadTs === undefined);
  await until(async () => roots().length >= incidents.length, 120_000);

  const { received, waiting, ...fates } = counts;
  const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return {
    counts,
    lost: received - waiting - Object.values(fates).reduce((sum, count) => sum + count, 0),
    webhooks: {
      sent: answers.length,
      refused: answers.filter(({ status }) => status !== 200).length,
      p50Ms: at(times, 0.5),
      p99Ms: at(times, 0.99),
      maxMs: at(times, 1),
    },
    drainedMs,
    incidents: incidents.length,
    threads: roots().length,
    diagnoses: new Set(incidents.map(({ request }) => request.id)).size,
    slack: slackUse(workspace.calls),
    peakMegabytes: memory.peakMegabytes(),
  };
}

/** As the image starts Node. */
async function shippedFlags(): Promise<string[]> {
  const dockerfile = await readFile(join(import.meta.dirname, '../../deploy/Dockerfile'), 'utf8');
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
  return (JSON.parse(entrypoint) as string[]).filter((word) => word.startsWith('--'));
}

/** Every alert is another one: another pod, on one of fifty nodes; a group is about one node. */
function bodiesOf(count: number): string[] {
  const half = Math.floor(count / 2);
  const nodeOf = (number: number): number =>
    (number < half ? number : Math.floor((number - half) / GROUP)) % NODES;
  const alerts = Array.from({ length: count }, (_, number) => {
    const labels = {
      alertname: number % 3 === 0 ? 'KubePodNotReady' : 'KubeContainerWaiting',
      cluster: CLUSTER,
      namespace: `team-${number % 20}`,
      pod: `web-${number}`,
      node: `n${nodeOf(number)}`,
      reason: 'ContainerCreating',
      severity: 'warning',
    };
    return {
      status: 'firing',
      labels,
      annotations: { summary: 'Pod has been in a non-ready state for longer than 15 minutes.' },
      startsAt: '2026-03-01T03:12:00.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: '',
      fingerprint: createHash('sha256').update(JSON.stringify(labels)).digest('hex').slice(0, 16),
    };
  });
  const single = alerts.slice(0, half).map((alert) => [alert]);
  const grouped = Array.from({ length: Math.ceil((count - half) / GROUP) }, (_, group) =>
    alerts.slice(half + group * GROUP, half + (group + 1) * GROUP),
  );
  // The large ones come between the small ones.
  const every = Math.max(1, Math.floor(single.length / Math.max(1, grouped.length)));
  const mixed = single.flatMap((each, index) => {
    const large = index % every === 0 ? grouped[index / every] : undefined;
    return large ? [large, each] : [each];
  });
  return mixed.map((group) =>
    JSON.stringify({
      version: '4',
      groupKey: `{}/{}:{pod="${group[0]?.labels.pod}"}`,
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'cni-triage',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: 'http://127.0.0.1:9093',
      alerts: group,
    }),
  );
}

interface Answered {
  status: number;
  ms: number;
}

/** At an even pace; a late answer does not hold up the next webhook. */
async function sendAll(bodies: string[], seconds: number, port: number): Promise<Answered[]> {
  const startedMs = performance.now();
  const sending: Promise<Answered>[] = [];
  for (const [number, body] of bodies.entries()) {
    const dueMs = startedMs + (number / bodies.length) * seconds * 1000;
    await delay(Math.max(0, dueMs - performance.now()));
    sending.push(send(body, port));
  }
  return Promise.all(sending);
}

async function send(body: string, port: number): Promise<Answered> {
  const startedMs = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body,
  });
  await response.arrayBuffer();
  return { status: response.status, ms: performance.now() - startedMs };
}

// The stand-in refuses what Slack's tiers do not allow, so that no refusal means within the limits.
function slackUse(calls: Call[]): StormResult['slack'] {
  const byMethod = Map.groupBy(calls, ({ method }) => method);
  return {
    calls: Object.fromEntries(Array.from(byMethod, ([method, ofMethod]) => [method, ofMethod.length])),
    rateLimited: calls.filter(({ outcome }) => outcome === 'ratelimited').length,
  };
}

function watchMemory(pids: number[]): { peakMegabytes(): number; stop(): void } {
  let peak = 0;
  const timer = setInterval(async () => {
    const sizes = await Promise.all(pids.map(residentKilobytes));
    peak = Math.max(
      peak,
      sizes.reduce((sum, size) => sum + size, 0),
    );
  }, 250);
  return { peakMegabytes: () => Math.round(peak / 1024), stop: () => clearInterval(timer) };
}

async function residentKilobytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}

async function until(holds: () => Promise<boolean>, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`still not so after ${patienceMs} ms: ${holds}`);
    await delay(100);
  }
}

const at = (sorted: number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
