// Nobody types anything: on a real cluster flannel dies on a node, a real Prometheus notices it by what our worker measures,
// a real Alertmanager calls the bot, and (a stand-in for) Slack has the thread with verdict and clock, until it is over.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { wordsOf } from '../../src/messages/findings.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { kubeconfigPath } from '../lab/credentials.ts';
import { askCni } from '../lab/drill.ts';
import { connectLab, type Lab } from '../lab/fault.ts';
import { agentBadSettings } from '../lab/faults/cni/agent-bad-settings.ts';
import { openWayOut, type Running, startInLab } from '../lab/long-running.ts';
import { type Monitoring, startMonitoring } from '../lab/monitoring.ts';
import { labDir, repositoryDir } from '../lab/paths.ts';
import { findDebianProgram } from '../support/debian-programs.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { type SlackWorkspace, startSlackWorkspace, TOKENS } from '../support/slack-workspace/workspace.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

const LAB = 'e2e-alerts';
const CHANNEL = 'C0INCIDENTS';
const TOKEN = 'the-token-of-the-webhook';
// Of the lab's loopback interface.
const PORTS = { redis: 6379, webhook: 8090, worker: 9090 };
const PATIENCE_MS = 90_000;

const [prometheus, alertmanager] = await Promise.all([
  findDebianProgram('prometheus'),
  findDebianProgram('prometheus-alertmanager'),
]);
const isMissing = prometheus === undefined || alertmanager === undefined;
const without =
  'Skipped: there is no prometheus with prometheus-alertmanager here, and apt does not bring them.';
if (isMissing) process.stderr.write(`${without}\n`);

describe.skipIf(isMissing)('an alert from a real cluster', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab(LAB, 'flannel-vxlan'));
  });
  afterAll(() => lowerLab(LAB));

  it('opens a thread with verdict and clock, which an acknowledgement stops, and closes it when flannel is back', async () => {
    const { workspace, app, prefix } = await startBot();
    const { query } = await startWatching(lab, app, prefix);
    const [, node = ''] = lab.nodes;
    const roots = () => workspace.messagesIn(CHANNEL).filter(({ threadTs }) => threadTs === undefined);
    const rootWords = () => wordsOfMessage(roots()[0]);
    const allWords = () => workspace.messagesIn(CHANNEL).map(wordsOfMessage).join('\n');
    onTestFinished(() => agentBadSettings.recover(lab));

    await agentBadSettings.inject(lab);
    await lab.waitFor('the verdict is there', async () => allWords().includes('Cause (proven)'), PATIENCE_MS);

    const [fired] = await query('ALERTS{alertstate="firing"}');
    expect(fired?.labels).toMatchObject({ alertname: 'CNIComponentDown', cluster: LAB, node });
    const { diagnosis } = await askCni(lab, ['cni-health', node]);
    const [cause] = diagnosis.findings.filter(({ advisory }) => !advisory);
    expect(cause).toMatchObject({ code: 'cni.agent-crashing', params: { cause: 'settings-invalid' }, node });
    expect(allWords()).toContain(cause && wordsOf(cause, 'en').headline);
    expect(rootWords()).toContain('by alert CNIComponentDown');
    expect(rootWords()).toMatch(/respond within \d+ (min|h)/);

    const [root] = roots();
    if (root) await workspace.people.click({ user: 'U0ANNA' }, root, 'acknowledge');
    await lab.waitFor('it is acknowledged', async () => rootWords().includes('acknowledged by @U0ANNA'));

    expect(rootWords()).not.toContain('respond within');

    await agentBadSettings.recover(lab);
    const isClosed = async () => rootWords().includes('closed') && !allWords().includes('⏳');
    await lab.waitFor('the incident is closed', isClosed, PATIENCE_MS);

    const incidents = await app.store.listOpenedSince(new Date(0).toISOString());
    expect(incidents).toMatchObject([
      {
        state: 'resolved',
        owner: 'U0ANNA',
        clock: { answered: { act: 'acknowledged' } },
        alerts: { firing: 0 },
      },
    ]);
    expect(incidents[0]?.journal.at(-1)).toMatchObject({ kind: 'resolved', why: 'alerts-ended' });
    expect(roots()).toHaveLength(1);
    const everFired = await query('group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1h]))');
    expect(everFired.map(({ labels }) => labels.alertname)).toEqual(['CNIComponentDown']);
  });
});

/** In this process: the bot, and the workspace where it speaks. */
async function startBot(): Promise<{ workspace: SlackWorkspace; app: App; prefix: string }> {
  const workspace = await startSlackWorkspace();
  onTestFinished(() => workspace.stop());
  const prefix = `e2e-${randomUUID().slice(0, 8)}`;
  const config = readConfig('bot', {
    REDIS_URL: inject('redisUrl'),
    REDIS_PREFIX: prefix,
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    SLACK_APP_TOKEN: TOKENS.app,
    HOST: '127.0.0.1',
    WEBHOOK_PORT: '0',
    WEBHOOK_TOKEN: TOKEN,
    ALERT_CHANNEL: CHANNEL,
    CHANNEL_LANGUAGES: `${CHANNEL}=en`,
  });
  const app = await startApp('bot', config, { logger: createLogger('warn', process.stderr) });
  onTestFinished(() => app.stop());
  return { workspace, app, prefix };
}

/** In the lab: our worker, Prometheus and Alertmanager. Returns when everything is scraped and measured. */
async function startWatching(lab: Lab, app: App, prefix: string): Promise<Monitoring> {
  const keep = <T extends Running>(running: T): T => {
    onTestFinished(() => running.stop());
    return running;
  };
  const redis = new URL(inject('redisUrl'));
  keep(await openWayOut(LAB, PORTS.redis, { host: redis.hostname, port: Number(redis.port || 6379) }));
  keep(await openWayOut(LAB, PORTS.webhook, { host: '127.0.0.1', port: app.webhookPort ?? 0 }));
  redis.host = `127.0.0.1:${PORTS.redis}`;
  const settings = {
    REDIS_URL: redis.href,
    REDIS_PREFIX: prefix,
    CLUSTER_NAME: LAB,
    KUBECONFIG: kubeconfigPath(labDir(LAB), 'worker'),
    HOST: '127.0.0.1',
    HEALTH_PORT: String(PORTS.worker),
    MEASURE_SECONDS: '10',
  };
  const environment = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const worker = ['env', ...environment, process.execPath, join(repositoryDir, 'src/main.ts'), 'worker'];
  keep(await startInLab(LAB, 'worker', worker));
  const monitoring = keep(
    await startMonitoring({
      lab,
      cluster: LAB,
      workerPort: PORTS.worker,
      webhookUrl: `http://127.0.0.1:${PORTS.webhook}/webhooks/alertmanager`,
      token: TOKEN,
    }),
  );
  const { query } = monitoring;
  // The worker, two of CoreDNS, and two on every node.
  const targets = 3 + 2 * lab.nodes.length;
  await lab.waitFor('everything is scraped', async () => (await query('up == 1')).length === targets);
  await lab.waitFor(
    'everything is measured',
    async () => (await query('cni_triage_measured_at_seconds')).length === 5,
  );
  return monitoring;
}
