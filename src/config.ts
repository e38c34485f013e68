// Settings of the process: read once from the environment, checked, frozen and passed on in slices. The only file that
// reads process.env. Its errors are for whoever starts the process, so their words are here and not in messages/.

import { z } from 'zod';
import { type CheckSchedule, scheduledChecks, scheduleOf } from './checklist/schedule.ts';
import { isObjectName } from './diagnosis/target.ts';
import type { Language } from './incidents/intent.ts';
import { guideResponseMinutes, type ResponseMinutes } from './incidents/priority.ts';
import { type LogLevel, logLevels } from './ops/logger.ts';
import { createSecret, type Secret } from './ops/secret.ts';
import {
  type ApprovalsConfig,
  approvalExamples,
  approvalsOf,
  approvalVariables,
  type FixesConfig,
  fixesOf,
  missingForApprovals,
  missingForRemediator,
} from './remediation-config.ts';

export type Role = 'bot' | 'worker' | 'remediator' | 'all';

/** `all` is bot and worker; what changes a cluster is only ever started by its own name. */
const hasBot = (role: Role): boolean => role === 'bot' || role === 'all';
const hasWorker = (role: Role): boolean => role === 'worker' || role === 'all';

export interface Config {
  redis: { url: Secret; prefix: string };
  bot: BotConfig;
  /** Present for the roles that talk to Slack. */
  slack?: SlackConfig;
  /** Present for the roles that diagnose. */
  worker?: WorkerConfig;
  /** Present for the role that carries out fixes. */
  remediator?: RemediatorConfig;
  log: { level: LogLevel };
  /** Present for the bot when it takes alerts. */
  alerts?: AlertsConfig;
  /** Present for the bot when it offers fixes. */
  approvals?: ApprovalsConfig;
  /** Absent: no port for health and metrics is opened. */
  health?: { host: string; port: number };
}

export interface BotConfig {
  /** Slack channel id -> cluster meant when a command names none. */
  channelClusters: Record<string, string>;
  defaultCluster?: string;
  /** Slack channel id -> language, whatever the user's own is. */
  channelLanguages: Record<string, Language>;
  responseMinutes: ResponseMinutes;
  /** Cluster -> Slack user group that is called when an incident is escalated. */
  escalationGroups: Record<string, string>;
  /** Of all other clusters; absent: nobody is called. */
  escalationGroup?: string;
}

export interface AlertsConfig {
  /** Where Alertmanager posts to. At least one of token and TLS with client certificates is there. */
  webhook: { host: string; port: number; token?: Secret; tls?: WebhookTls };
  /** Slack channel of what alerts open, by cluster. */
  channels: Record<string, string>;
  /** Of all other clusters, known or not. */
  channel: string;
  /** Name of the label that names the cluster. */
  clusterLabel: string;
  /** File with own rules, which come before the built-in ones. */
  rulesPath?: string;
  /** Where silences are made; absent: nowhere. */
  alertmanager?: { url: string; token?: Secret };
}

/** Paths of PEM files. */
export interface WebhookTls {
  certPath: string;
  keyPath: string;
  /** Client certificates have to be signed by it; absent: none are asked for. */
  clientCaPath?: string;
}

export type SlackConfig = {
  botToken: Secret;
  /** Where the Web API is; absent: Slack itself. */
  apiUrl?: string;
} & (
  | { mode: 'socket'; appToken: Secret }
  | { mode: 'http'; signingSecret: Secret; host: string; port: number }
);

export interface WorkerConfig {
  cluster: string;
  /** Absent: the service account of the pod, else the user's own kubeconfig. */
  kubeconfigPath?: string;
  context?: string;
  /** Diagnoses at the same time. */
  concurrency: number;
  /** Between two thorough looks at the cluster for its metrics. Absent: it is not measured. */
  measureEveryMs?: number;
  checks: CheckSchedule;
  /** Absent: no fix is planned. */
  fixes?: FixesConfig;
}

export interface RemediatorConfig
  extends Pick<WorkerConfig, 'cluster' | 'kubeconfigPath' | 'context'>,
    Required<Pick<WorkerConfig, 'fixes'>> {
  /** PEM file with the bot's public key. */
  publicKeyPath: string;
}

/** The environment is incomplete or wrong; the message is written for the terminal. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const port = z.coerce.number('is not a port').int().min(0).max(65_535);
const cluster = z.string().refine(isObjectName, 'is not a name like prod-eu');
const secret = (pattern: RegExp, like: string) =>
  z.string().regex(pattern, `does not look like ${like}`).transform(createSecret);

// https://docs.slack.dev/reference/objects: ids of channels and user groups begin with these letters.
const channel = z.string().regex(/^[CG][A-Z0-9]+$/, 'is not the id of a channel');
const checkMinutes = z.coerce.number('is no number of minutes').int().positive('is no number of minutes');
const userGroup = z.string().regex(/^S[A-Z0-9]+$/, 'is not the id of a user group');

const variables = z.object({
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'is not a redis:// or rediss:// address' })
    .default('redis://127.0.0.1:6379')
    .transform(createSecret),
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'has other characters than a-z, 0-9 and -')
    .default('cni-triage'),
  SLACK_BOT_TOKEN: secret(/^xox[a-z]-/, 'a bot token').optional(),
  SLACK_APP_TOKEN: secret(/^xapp-/, 'an app-level token').optional(),
  SLACK_SIGNING_SECRET: secret(/^[0-9a-f]{16,}$/i, 'a signing secret').optional(),
  SLACK_API_URL: z.url('is not an address').optional(),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(3000),
  CHANNEL_CLUSTERS: pairs(cluster).default({}),
  CHANNEL_LANGUAGES: pairs(z.enum(['en', 'zh'], 'is neither en nor zh')).default({}),
  DEFAULT_CLUSTER: cluster.optional(),
  RESPONSE_MINUTES: pairs(z.coerce.number('is not a number of minutes').int().positive())
    .refine(
      (given) => Object.keys(given).every((fault) => fault in guideResponseMinutes),
      `knows only ${Object.keys(guideResponseMinutes).join(', ')}`,
    )
    .default({}),
  CLUSTER_NAME: cluster.optional(),
  KUBECONFIG: z.string().optional(),
  KUBE_CONTEXT: z.string().optional(),
  WORKER_CONCURRENCY: z.coerce.number('is not a number').int().min(1).max(50).default(4),
  MEASURE_SECONDS: z.coerce.number('is not a number of seconds').int().min(0).max(300).default(60),
  CHECKS: z
    .union([
      z.literal('off'),
      pairs(z.literal('off').or(checkMinutes)).refine(
        (given) => Object.keys(given).every((check) => scheduledChecks.some((known) => known === check)),
        `knows only ${scheduledChecks.join(', ')}`,
      ),
    ])
    .default({})
    .transform(scheduleOf),
  HEALTH_PORT: port.optional(),
  WEBHOOK_PORT: port.default(8090),
  WEBHOOK_TOKEN: secret(/^\S{16,}$/, 'a token of at least 16 characters').optional(),
  WEBHOOK_TLS_CERT: z.string().optional(),
  WEBHOOK_TLS_KEY: z.string().optional(),
  WEBHOOK_CLIENT_CA: z.string().optional(),
  ALERT_CHANNEL: channel.optional(),
  ALERT_CHANNELS: pairs(channel).default({}),
  ALERT_CLUSTER_LABEL: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'is not a label name')
    .default('cluster'),
  ALERT_RULES: z.string().optional(),
  ALERTMANAGER_URL: z
    .url({ protocol: /^https?$/, error: 'is not an http:// or https:// address' })
    .optional(),
  ALERTMANAGER_TOKEN: secret(/^\S+$/, 'a token').optional(),
  ESCALATION_GROUP: userGroup.optional(),
  ESCALATION_GROUPS: pairs(userGroup).default({}),
  ...approvalVariables,
  LOG_LEVEL: z.enum(logLevels, `is none of ${logLevels.join(', ')}`).default('info'),
});

type Variable = keyof typeof variables.shape;

const examples: Record<Variable, string> = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  REDIS_PREFIX: 'cni-triage',
  SLACK_BOT_TOKEN: 'xoxb-... (OAuth & Permissions of the Slack app)',
  SLACK_APP_TOKEN: 'xapp-... (Basic Information of the Slack app); or SLACK_SIGNING_SECRET for HTTP',
  SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef (Basic Information of the Slack app)',
  SLACK_API_URL: 'http://127.0.0.1:8080/api/',
  HOST: '0.0.0.0',
  PORT: '3000',
  CHANNEL_CLUSTERS: 'C012AB3CD=prod-eu,C045EF6GH=prod-us',
  CHANNEL_LANGUAGES: 'C012AB3CD=zh',
  DEFAULT_CLUSTER: 'prod-eu',
  RESPONSE_MINUTES: 'dns=20,mtu=480',
  CLUSTER_NAME: 'prod-eu',
  KUBECONFIG: '/etc/cni-triage/kubeconfig',
  KUBE_CONTEXT: 'prod-eu',
  WORKER_CONCURRENCY: '4',
  MEASURE_SECONDS: '60 (0 measures nothing)',
  CHECKS: 'dns=5,mesh=off (minutes between two checks; off: none by itself)',
  HEALTH_PORT: '9090',
  WEBHOOK_PORT: '8090',
  WEBHOOK_TOKEN: 'the output of: openssl rand -hex 32',
  WEBHOOK_TLS_CERT: '/etc/cni-triage/tls/tls.crt',
  WEBHOOK_TLS_KEY: '/etc/cni-triage/tls/tls.key',
  WEBHOOK_CLIENT_CA: '/etc/cni-triage/tls/client-ca.crt',
  ALERT_CHANNEL: 'C012AB3CD (the channel that alerts come to)',
  ALERT_CHANNELS: 'prod-eu=C012AB3CD,prod-us=C045EF6GH',
  ALERT_CLUSTER_LABEL: 'cluster',
  ALERT_RULES: '/etc/cni-triage/alert-rules.yaml',
  ALERTMANAGER_URL: 'http://alertmanager.example:9093',
  ALERTMANAGER_TOKEN: 'the bearer token that Alertmanager asks for',
  ESCALATION_GROUP: 'S012AB3CD',
  ESCALATION_GROUPS: 'prod-eu=S012AB3CD',
  ...approvalExamples,
  LOG_LEVEL: 'info',
};

export function readConfig(role: Role, environment: NodeJS.ProcessEnv = process.env): Config {
  // Compose files and charts pass what is not set as an empty value.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = variables.safeParse(given);
  const wrong = new Map<Variable, string>(missingFor(role, given).map((name) => [name, 'is missing']));
  for (const { path, message } of read.error?.issues ?? []) wrong.set(path[0] as Variable, message);
  if (!read.data || wrong.size > 0) throw new ConfigError(explain(role, wrong));
  return deepFreeze(slices(role, read.data));
}

function missingFor(role: Role, given: NodeJS.ProcessEnv): Variable[] {
  const missing: Variable[] = [];
  if (hasBot(role) && !given.SLACK_BOT_TOKEN) missing.push('SLACK_BOT_TOKEN');
  if (hasBot(role) && !given.SLACK_APP_TOKEN && !given.SLACK_SIGNING_SECRET) missing.push('SLACK_APP_TOKEN');
  if (role === 'remediator') missing.push(...missingForRemediator(given));
  if (role !== 'bot' && !given.CLUSTER_NAME) missing.push('CLUSTER_NAME');
  if (hasBot(role)) missing.push(...missingForApprovals(given));
  if (role !== 'bot' && given.REMEDIATIONS && !given.REMEDIATION_CNI) missing.push('REMEDIATION_CNI');
  if (hasBot(role) && takesAlerts(given)) {
    if (!given.ALERT_CHANNEL) missing.push('ALERT_CHANNEL');
    if (given.WEBHOOK_CLIENT_CA || given.WEBHOOK_TLS_CERT || given.WEBHOOK_TLS_KEY) {
      if (!given.WEBHOOK_TLS_CERT) missing.push('WEBHOOK_TLS_CERT');
      if (!given.WEBHOOK_TLS_KEY) missing.push('WEBHOOK_TLS_KEY');
    }
  } else if (hasBot(role) && given.ALERT_CHANNEL) missing.push('WEBHOOK_TOKEN');
  return missing;
}

/** Alerts are taken from those who can prove who they are: by a token, or by a client certificate. */
const takesAlerts = (given: { WEBHOOK_TOKEN?: unknown; WEBHOOK_CLIENT_CA?: unknown }): boolean =>
  given.WEBHOOK_TOKEN !== undefined || given.WEBHOOK_CLIENT_CA !== undefined;

// Values are not repeated: they may be secrets in the wrong place.
function explain(role: Role, wrong: ReadonlyMap<Variable, string>): string {
  const lines = Array.from(
    wrong,
    ([name, what]) => `  ${name} ${what}\n    example: ${name}=${examples[name]}`,
  );
  return [`cni-triage cannot start as ${role}; set these environment variables:`, ...lines].join('\n');
}

function slices(role: Role, read: z.output<typeof variables>): Config {
  const slack = hasBot(role) ? slackOf(read) : undefined;
  const alerts = hasBot(role) ? alertsOf(read) : undefined;
  const approvals = hasBot(role) ? approvalsOf(read) : undefined;
  const remediator = role === 'remediator' ? remediatorOf(read) : undefined;
  return {
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    bot: {
      channelClusters: read.CHANNEL_CLUSTERS,
      ...(read.DEFAULT_CLUSTER && { defaultCluster: read.DEFAULT_CLUSTER }),
      channelLanguages: read.CHANNEL_LANGUAGES,
      responseMinutes: { ...guideResponseMinutes, ...read.RESPONSE_MINUTES },
      escalationGroups: read.ESCALATION_GROUPS,
      ...(read.ESCALATION_GROUP && { escalationGroup: read.ESCALATION_GROUP }),
    },
    ...(slack && { slack }),
    ...(alerts && { alerts }),
    ...(approvals && { approvals }),
    ...(hasWorker(role) && read.CLUSTER_NAME && { worker: workerOf(read, read.CLUSTER_NAME) }),
    ...(remediator && { remediator }),
    log: { level: read.LOG_LEVEL },
    ...(read.HEALTH_PORT !== undefined && { health: { host: read.HOST, port: read.HEALTH_PORT } }),
  };
}

function slackOf(read: z.output<typeof variables>): SlackConfig | undefined {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = read;
  if (!botToken) return undefined;
  const common = { botToken, ...(read.SLACK_API_URL && { apiUrl: read.SLACK_API_URL }) };
  if (appToken) return { ...common, mode: 'socket', appToken };
  return signingSecret && { ...common, mode: 'http', signingSecret, host: read.HOST, port: read.PORT };
}

function alertsOf(read: z.output<typeof variables>): AlertsConfig | undefined {
  const { WEBHOOK_TOKEN: token, WEBHOOK_TLS_CERT: certPath, WEBHOOK_TLS_KEY: keyPath } = read;
  if (!takesAlerts(read) || !read.ALERT_CHANNEL) return undefined;
  const clientCa = read.WEBHOOK_CLIENT_CA ? { clientCaPath: read.WEBHOOK_CLIENT_CA } : {};
  return {
    webhook: {
      host: read.HOST,
      port: read.WEBHOOK_PORT,
      ...(token && { token }),
      ...(certPath && keyPath && { tls: { certPath, keyPath, ...clientCa } }),
    },
    channels: read.ALERT_CHANNELS,
    channel: read.ALERT_CHANNEL,
    clusterLabel: read.ALERT_CLUSTER_LABEL,
    ...(read.ALERT_RULES && { rulesPath: read.ALERT_RULES }),
    ...(read.ALERTMANAGER_URL && {
      alertmanager: {
        url: read.ALERTMANAGER_URL,
        ...(read.ALERTMANAGER_TOKEN && { token: read.ALERTMANAGER_TOKEN }),
      },
    }),
  };
}

function remediatorOf(read: z.output<typeof variables>): RemediatorConfig | undefined {
  const { CLUSTER_NAME: cluster, APPROVAL_PUBLIC_KEY_FILE: publicKeyPath } = read;
  const fixes = fixesOf(read);
  if (!cluster || !publicKeyPath || !fixes) return undefined;
  return {
    ...{ cluster, publicKeyPath, fixes },
    ...(read.KUBECONFIG && { kubeconfigPath: read.KUBECONFIG }),
    ...(read.KUBE_CONTEXT && { context: read.KUBE_CONTEXT }),
  };
}

const workerOf = (
  read: z.output<typeof variables>,
  name: string,
  fixes: FixesConfig | undefined = fixesOf(read),
): WorkerConfig => ({
  cluster: name,
  ...(fixes && { fixes }),
  ...(read.KUBECONFIG && { kubeconfigPath: read.KUBECONFIG }),
  ...(read.KUBE_CONTEXT && { context: read.KUBE_CONTEXT }),
  concurrency: read.WORKER_CONCURRENCY,
  // Without a port nobody could read the metrics.
  ...(read.HEALTH_PORT !== undefined &&
    read.MEASURE_SECONDS > 0 && { measureEveryMs: read.MEASURE_SECONDS * 1000 }),
  checks: read.CHECKS,
});

/** `key=value,key=value`. */
function pairs<T extends z.ZodType>(value: T) {
  return z.preprocess(
    (text) => Object.fromEntries(String(text).split(',').map(pairOf)),
    z.record(z.string().min(1, 'is not of the form key=value,key=value'), value),
  );
}

function pairOf(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=', 2);
  return [name.trim(), value.trim()];
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
