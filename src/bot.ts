// Builds the bot: what people ask in Slack and what Alertmanager posts become incidents; these are drawn, watched and
// reminded of. Part of the composition root (`app.ts`); nothing is decided here.

import { setTimeout as delay } from 'node:timers/promises';
import type { OwnRule } from './alertmanager/own-rules.ts';
import { createRouting } from './alertmanager/routing.ts';
import { createSilencer } from './alertmanager/silences.ts';
import { checkChannels, createChecks, startCheckReports } from './check-orders.ts';
import type { AlertsConfig, Config, SlackConfig } from './config.ts';
import { diagnosable } from './diagnosable.ts';
import { createDoctor } from './doctor/doctor.ts';
import type { Ground } from './ground.ts';
import type { Silencer } from './incidents/alert.ts';
import { type Attention, createAttention } from './incidents/attention.ts';
import { createIntake, intakeLimits } from './incidents/intake.ts';
import type { IncidentStore } from './incidents/ports.ts';
import { createIncidentService, type IncidentService } from './incidents/service.ts';
import { createWatchdog, watchdogLimits } from './incidents/watchdog.ts';
import { createAlertBacklog } from './queue/alert-backlog.ts';
import { createAlertLedger, ledgerTiming } from './queue/alert-ledger.ts';
import { createAuditLog } from './queue/audit-log.ts';
import { createDiagnosisQueue } from './queue/diagnosis-queue.ts';
import { createClusterDirectory, createProcessDirectory } from './queue/heartbeats.ts';
import { createCheckId, createDiagnosisId, createIncidentId } from './queue/ids.ts';
import { createIntakeQueue, scheduleTiming, startIncidentSchedule } from './queue/incident-schedule.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { connectRedis, type RedisLink, redisSettings } from './queue/redis.ts';
import { createSurfaceQueue, startSurfaceWorker } from './queue/surface-queue.ts';
import type { RemediationService } from './remediation/service.ts';
import { approverGroups, createRemediations, readApprovals, startProposals } from './remediations.ts';
import { createSlack } from './slack/app.ts';
import type { SlackConfig as SlackSettings } from './slack/config.ts';
import { readRules, takeAlerts } from './take-alerts.ts';

export interface Bot {
  store: IncidentStore;
  service: IncidentService;
  /** Present when fixes are offered. */
  fixes?: RemediationService;
  /** Port of Slack's HTTP receiver, when there is one. */
  slackPort?: number;
  /** Port of the webhook, when alerts are taken. */
  webhookPort?: number;
}

const REDIS_PATIENCE_MS = 2000;
const RENDERINGS_AT_ONCE = 10;
const ids = { incident: createIncidentId, diagnosis: createDiagnosisId, check: createCheckId };

export async function startBot(ground: Ground): Promise<Bot> {
  const { config, overrides, logger, metrics, clock, working, rendering, onStop } = ground;
  const ownRules = await readRules(config.alerts?.rulesPath);
  const approvals = config.approvals && (await readApprovals(config.approvals));

  // People wait for this connection; without Redis they are told so at once.
  const answering = connectRedis(redisSettings(config.redis), 'answering', logger);
  onStop(answering.close);
  await readyOrLate(answering);
  const asked = storeParts(ground, answering);
  const checklist = createChecks(ground, answering);
  const service = createIncidentService({
    ...asked,
    checklist,
    audit: createAuditLog(answering),
    doctor: createDoctor({
      directory: createProcessDirectory(answering, ground.heartbeat),
      approvals: approvals !== undefined,
      clock,
    }),
    ...config.bot,
    ...silencerOf(config.alerts),
    escalationGroupOf: escalationGroups(config),
    clock,
    ids,
    onReply: (reply) => metrics.replied(reply.kind),
  });
  const fixes = approvals && createRemediations(ground, answering, approvals);

  const slack = overrides.surface
    ? undefined
    : createSlack({
        config: slackSettings(config.slack),
        service,
        store: asked.store,
        checklist,
        ...(fixes && approvals && { fixes, approverGroups: approverGroups(approvals) }),
        checkChannelOf: checkChannels(config),
        playbooks: diagnosable,
        logger,
        languageOf: (channel) => config.bot.channelLanguages[channel],
        clock,
      });
  const surface = overrides.surface ?? slack?.surface;
  if (!surface) throw new Error('a bot needs Slack or another surface');

  const patient = storeParts(ground, working);
  const surfaceWorker = startSurfaceWorker({
    link: working,
    surface,
    store: patient.store,
    timing: rendering,
    concurrency: RENDERINGS_AT_ONCE,
    logger,
    metrics,
  });
  onStop(surfaceWorker.close);
  const checklistSurface = overrides.checklistSurface ?? slack?.checklistSurface;
  if (checklistSurface) startCheckReports(ground, checklistSurface);
  const proposalSurface = overrides.proposalSurface ?? slack?.proposalSurface;
  if (approvals && proposalSurface) startProposals(ground, proposalSurface, approvals);
  const attention = createAttention({
    ...patient,
    clock,
    diagnosisId: createDiagnosisId,
    escalationGroupOf: escalationGroups(config),
  });
  const schedule = startIncidentSchedule({
    link: working,
    watchdog: createWatchdog({
      ...patient,
      attention,
      clock,
      limits: { ...watchdogLimits, ...overrides.watchdog },
    }),
    intake: intakeOf(ground, patient, attention, ownRules),
    backlog: patient.backlog,
    timing: { ...scheduleTiming, ...overrides.schedule },
    logger,
  });
  onStop(schedule.close);

  const bot: Bot = { store: asked.store, service, ...(fixes && { fixes }) };
  if (config.alerts) {
    const intake = createIntakeQueue(answering, logger);
    onStop(intake.close);
    bot.webhookPort = await takeAlerts(ground, config.alerts, { backlog: asked.backlog, intake });
  }
  if (slack) {
    onStop(slack.stop);
    const { port } = await slack.start();
    if (port !== undefined) bot.slackPort = port;
  }
  return bot;
}

/** Everything that lives in Redis, through one link. */
function storeParts({ config, overrides, heartbeat, rendering, logger, onStop }: Ground, link: RedisLink) {
  const diagnoses = createDiagnosisQueue(link, logger);
  onStop(diagnoses.close);
  const surface = createSurfaceQueue(link, rendering, logger);
  onStop(surface.close);
  return {
    store: createIncidentStore(link, config.bot.responseMinutes),
    diagnoses,
    surface,
    clusters: createClusterDirectory(link, heartbeat),
    ledger: createAlertLedger(link, { ...ledgerTiming, ...overrides.intake }),
    backlog: createAlertBacklog(link),
  };
}

function intakeOf(
  { config, overrides, clock }: Ground,
  parts: ReturnType<typeof storeParts>,
  attention: Attention,
  ownRules: OwnRule[],
) {
  const { alerts, bot } = config;
  return createIntake({
    ...parts,
    route: createRouting({ ownRules }),
    attend: attention.attend,
    settings: {
      channels: alerts?.channels ?? {},
      defaultChannel: alerts?.channel ?? '',
      languageOf: (channel) => bot.channelLanguages[channel] ?? 'en',
      ...(bot.defaultCluster !== undefined && { defaultCluster: bot.defaultCluster }),
      limits: { ...intakeLimits, ...overrides.intake },
    },
    responseMinutes: bot.responseMinutes,
    clock,
    ids,
  });
}

const escalationGroups =
  ({ bot }: Config) =>
  (cluster: string): string | undefined =>
    bot.escalationGroups[cluster] ?? bot.escalationGroup;

const silencerOf = (alerts: AlertsConfig | undefined): { silencer?: Silencer } =>
  alerts?.alertmanager
    ? { silencer: createSilencer({ ...alerts.alertmanager, clusterLabel: alerts.clusterLabel }) }
    : {};

// Commands are refused while Redis is away, so a short wait here only spares the first ones after a start.
async function readyOrLate({ redis }: RedisLink): Promise<void> {
  const late = new AbortController();
  const ready = new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  await Promise.race([ready, delay(REDIS_PATIENCE_MS, undefined, { signal: late.signal })]);
  late.abort();
}

function slackSettings(slack: SlackConfig | undefined): SlackSettings {
  if (!slack) throw new Error('the bot needs the settings of Slack');
  const common = {
    botToken: slack.botToken.reveal(),
    ...(slack.apiUrl !== undefined && { slackApiUrl: slack.apiUrl }),
  };
  return slack.mode === 'socket'
    ? { ...common, mode: 'socket', appToken: slack.appToken.reveal() }
    : {
        ...common,
        mode: 'http',
        signingSecret: slack.signingSecret.reveal(),
        host: slack.host,
        port: slack.port,
      };
}
