// A real Prometheus and a real Alertmanager beside the API server of a lab, with the rules of deploy/prometheus. They scrape
// our worker, CoreDNS, kubelets and kube-proxies, and post to our webhook. Only the critical rules are less patient.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findDebianProgram } from '../support/debian-programs.ts';
import { tokenOf } from './credentials.ts';
import type { Lab } from './fault.ts';
import { type Running, startInLab } from './long-running.ts';
import { CannotRunHere } from './machine.ts';
import { labDir, repositoryDir } from './paths.ts';
import { nodeAddress } from './topology.ts';

export interface MonitoringParts {
  readonly lab: Lab;
  /** What the worker calls it. */
  readonly cluster: string;
  /** Of the worker's metrics, on the lab's loopback interface. */
  readonly workerPort: number;
  /** As it is reached from the lab. */
  readonly webhookUrl: string;
  readonly token: string;
}

export interface Monitoring {
  /** Answer of Prometheus to a query, as label sets with their values. */
  query(promql: string): Promise<Series[]>;
  stop(): Promise<void>;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const PROMETHEUS = 'http://127.0.0.1:9091';
const ALERTMANAGER = 'http://127.0.0.1:9093';
const RULES = join(repositoryDir, 'deploy/prometheus/cni-triage-rules.yaml');
/** Two minutes of a critical rule are four seconds here. To the others one late answer of a busy machine would be a fault. */
const HURRY = 30;

export async function startMonitoring(parts: MonitoringParts): Promise<Monitoring> {
  const { lab } = parts;
  const [prometheus, alertmanager] = await Promise.all([
    findDebianProgram('prometheus'),
    findDebianProgram('prometheus-alertmanager'),
  ]);
  if (!prometheus || !alertmanager)
    throw new CannotRunHere(
      'There is no prometheus with prometheus-alertmanager, and apt does not bring them.',
    );
  const folder = join(labDir(lab.name), 'monitoring');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const write = async (name: string, content: object): Promise<string> => {
    const path = join(folder, name);
    // JSON is YAML too.
    await writeFile(path, JSON.stringify(content));
    return path;
  };
  const rules = await write('rules.yaml', await impatientRules());
  const removeRoutes = await routeToPods(lab);
  const running: Running[] = [
    await startInLab(lab.name, 'alertmanager', [
      alertmanager,
      `--config.file=${await write('alertmanager.yaml', alertmanagerSettings(parts))}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${new URL(ALERTMANAGER).host}`,
      '--cluster.listen-address=',
    ]),
    await startInLab(lab.name, 'prometheus', [
      prometheus,
      `--config.file=${await write('prometheus.yaml', await prometheusSettings(parts, rules))}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(PROMETHEUS).host}`,
    ]),
  ];
  for (const url of [ALERTMANAGER, PROMETHEUS])
    await lab.waitFor(`${url} is ready`, async () => (await get(`${url}/-/ready`)) !== undefined);

  async function get(url: string): Promise<string | undefined> {
    const { code, stdout } = await lab.run(['curl', '-sSf', '-m', '5', url]);
    return code === 0 ? stdout : undefined;
  }
  return {
    async query(promql) {
      const url = `${PROMETHEUS}/api/v1/query?query=${encodeURIComponent(promql)}`;
      const answer = await get(url);
      if (answer === undefined) throw new Error(`${url} is not answered`);
      const { data } = JSON.parse(answer) as { data: { result: InstantResult[] } };
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await removeRoutes();
    },
  };
}

interface InstantResult {
  metric: Record<string, string>;
  value: [atSeconds: number, value: string];
}

interface Rule {
  for?: string;
  labels: { severity: string };
}

async function impatientRules(): Promise<object> {
  const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: { rules: Rule[] }[] };
  return {
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) =>
        rule.for !== undefined && rule.labels.severity === 'critical'
          ? { ...rule, for: `${secondsOf(rule.for) / HURRY}s` }
          : rule,
      ),
    })),
  };
}

/** `2m` and `1h`; nothing else is in the rules. */
function secondsOf(duration: string): number {
  const [, count, unit] = /^(\d+)([mh])$/.exec(duration) ?? [];
  if (count === undefined) throw new Error(`${duration} is no duration in minutes or hours`);
  return Number(count) * (unit === 'h' ? 3600 : 60);
}

async function prometheusSettings({ lab, cluster, workerPort }: MonitoringParts, rules: string) {
  const perNode = (port: number) =>
    lab.nodes.map((node) => ({ targets: [`${nodeAddress(node)}:${port}`], labels: { node } }));
  return {
    global: { scrape_interval: '2s', evaluation_interval: '2s', external_labels: { cluster } },
    rule_files: [rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(ALERTMANAGER).host] }] }] },
    scrape_configs: [
      { job_name: 'cni-triage', static_configs: [{ targets: [`127.0.0.1:${workerPort}`] }] },
      {
        job_name: 'coredns',
        static_configs: [{ targets: (await dnsAddresses(lab)).map((address) => `${address}:9153`) }],
      },
      {
        job_name: 'kubelet',
        scheme: 'https',
        authorization: { credentials: tokenOf('admin') },
        tls_config: { insecure_skip_verify: true },
        static_configs: perNode(10250),
      },
      { job_name: 'kube-proxy', static_configs: perNode(10249) },
    ],
  };
}

const alertmanagerSettings = ({ webhookUrl, token }: MonitoringParts) => ({
  route: {
    receiver: 'cni-triage',
    group_by: ['cluster', 'alertname'],
    group_wait: '1s',
    group_interval: '2s',
  },
  receivers: [
    {
      name: 'cni-triage',
      webhook_configs: [{ url: webhookUrl, http_config: { authorization: { credentials: token } } }],
    },
  ],
});

async function dnsAddresses(lab: Lab): Promise<string[]> {
  const path = 'jsonpath={.items[*].status.podIP}';
  const selector = ['--selector', 'k8s-app=kube-dns'];
  return (
    await lab.kubectl(['get', 'pods', '--namespace', 'kube-system', ...selector, '--output', path])
  ).split(' ');
}

/** Beside the API server nobody is in the pod network; the nodes forward. Returns what takes the routes away again. */
async function routeToPods(lab: Lab): Promise<() => Promise<void>> {
  const path = 'jsonpath={range .items[*]}{.metadata.name} {.spec.podCIDR}{"\\n"}{end}';
  const lines = (await lab.kubectl(['get', 'nodes', '--output', path])).trim().split('\n');
  const ranges = lines.map((each) => each.split(' ') as [node: string, range: string]);
  const each = async (action: 'replace' | 'delete') => {
    for (const [node, range] of ranges)
      await lab.run(['ip', 'route', action, range, 'via', nodeAddress(node)]);
  };
  await each('replace');
  return () => each('delete');
}
