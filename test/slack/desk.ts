// The Slack side with everything around it in memory: a stand-in workspace, the real incident service, a store in a
// Map, and time that only the test moves. Nothing renders by itself: tests say when.

import { isDeepStrictEqual } from 'node:util';
import { onTestFinished } from 'vitest';
import type { ClusterHealth } from '../../src/doctor/examination.ts';
import type { ReceivedAlert, Silencer } from '../../src/incidents/alert.ts';
import type { ChecklistOrders } from '../../src/incidents/check.ts';
import { apply, type Incident } from '../../src/incidents/incident.ts';
import type { Language } from '../../src/incidents/intent.ts';
import type { AlertCounts, ClusterPresence, IncidentStore } from '../../src/incidents/ports.ts';
import { guideResponseMinutes } from '../../src/incidents/priority.ts';
import { createIncidentService, type IncidentService } from '../../src/incidents/service.ts';
import type { AuditLine } from '../../src/remediation/audit.ts';
import type { RemediationService } from '../../src/remediation/service.ts';
import { createSlack, type Slack } from '../../src/slack/app.ts';
import type { PolicyReviews } from '../../src/slack/checklist-buttons.ts';
import type { Logger } from '../../src/slack/logger.ts';
import type { Message } from '../support/slack-workspace/state.ts';
import { type SlackWorkspace, startSlackWorkspace, TOKENS } from '../support/slack-workspace/workspace.ts';

export interface Desk {
  workspace: SlackWorkspace;
  slack: Slack;
  store: IncidentStore & { incidents: Map<string, Incident> };
  /** Draws the incident's present state as the surface queue does, and keeps the new message ids. */
  render(incidentId?: string): Promise<void>;
  /** Changes the only incident as the worker would. */
  change(changes: Partial<Incident>): void;
  incident(): Incident;
  /** Messages of the incident's channel, oldest first. */
  thread(): Message[];
  /** What was logged, by level. */
  logged: { level: string; message: string }[];
  advance(ms: number): void;
}

export interface DeskOptions {
  mode?: 'socket' | 'http';
  service?: Partial<IncidentService>;
  channelLanguages?: Record<string, Language>;
  clusters?: ClusterPresence[];
  slowAfterMs?: number;
  apiTimeoutMs?: number;
  botToken?: string;
  /** Alerts that fire now, whatever the incident. */
  firing?: ReceivedAlert[];
  alertCounts?: AlertCounts;
  silencer?: Silencer;
  escalationGroup?: string;
  checklist?: Partial<ChecklistOrders & PolicyReviews>;
  /** Of any period. */
  audit?: AuditLine[];
  health?: ClusterHealth[];
  /** Absent: no fixes are offered. */
  fixes?(clock: { now(): Date }): RemediationService;
  approverGroups?: string[];
}

const noChecklist: ChecklistOrders & PolicyReviews = {
  check: async () => undefined,
  recordDrill: async () => undefined,
  review: async () => false,
};

const START = '2026-03-01T03:12:00.000Z';

export const liveCluster = (cluster = 'prod-eu'): ClusterPresence => ({
  cluster,
  alive: true,
  workers: 1,
  silentMs: 400,
  playbooks: ['dns'],
  versions: ['0.1.0'],
});

export async function startDesk(options: DeskOptions = {}): Promise<Desk> {
  const clock = createClock();
  const workspace = await startSlackWorkspace({ clock });
  onTestFinished(() => workspace.stop());
  const store = createMemoryStore(workspace.state.changed);
  const logged: Desk['logged'] = [];
  const service = { ...createService(store, clock, options), ...options.service };
  const slack = createSlack({
    config: {
      botToken: options.botToken ?? TOKENS.bot,
      slackApiUrl: workspace.apiUrl,
      slowAfterMs: options.slowAfterMs ?? 60_000,
      ...(options.apiTimeoutMs !== undefined && { apiTimeoutMs: options.apiTimeoutMs }),
      ...(options.mode === 'http'
        ? { mode: 'http', signingSecret: TOKENS.signingSecret, host: '127.0.0.1', port: 0 }
        : { mode: 'socket', appToken: TOKENS.app }),
    },
    service,
    store,
    checklist: { ...noChecklist, ...options.checklist },
    ...(options.fixes && { fixes: options.fixes(clock) }),
    ...(options.approverGroups && { approverGroups: options.approverGroups }),
    checkChannelOf: () => undefined,
    playbooks: ['dns'],
    logger: createMemoryLogger(logged),
    languageOf: (channel) => options.channelLanguages?.[channel],
    clock,
  });
  const { port } = await slack.start();
  onTestFinished(() => slack.stop());
  if (port !== undefined) workspace.line.useHttp(`http://127.0.0.1:${port}/slack/events`);

  const incident = (): Incident => {
    const [only] = store.incidents.values();
    if (!only) throw new Error('no incident was opened');
    return only;
  };
  return {
    workspace,
    slack,
    store,
    logged,
    incident,
    change: (changes) => void store.incidents.set(incident().id, { ...incident(), ...changes }),
    thread: () => workspace.messagesIn(incident().thread.channel),
    advance: clock.advance,
    async render(id = incident().id) {
      const current = store.incidents.get(id) as Incident;
      const posted = await slack.surface.render(current);
      await store.apply(id, { kind: 'posted', thread: posted });
    },
  };
}

function createClock() {
  let now = Date.parse(START);
  return {
    now: () => new Date(now),
    advance: (ms: number) => {
      now += ms;
    },
  };
}

function createService(store: IncidentStore, clock: { now(): Date }, options: DeskOptions): IncidentService {
  let last = 0;
  return createIncidentService({
    store,
    diagnoses: {
      submit: async () => undefined,
      stateOf: async () => 'running',
      countOf: async () => ({ queued: 0, running: 1 }),
      withdraw: async () => undefined,
      stop: async () => undefined,
    },
    surface: { wake: async () => undefined },
    ...createMemoryAlerts(options),
    audit: { read: async () => options.audit ?? [] },
    doctor: { examine: async () => options.health ?? [] },
    checklist: { ...noChecklist, ...options.checklist },
    ...(options.silencer && { silencer: options.silencer }),
    escalationGroupOf: () => options.escalationGroup,
    clusters: { list: async () => options.clusters ?? [liveCluster()] },
    channelClusters: {},
    responseMinutes: guideResponseMinutes,
    clock,
    ids: {
      incident: (playbook) => {
        last += 1;
        return `${playbook}-${last}`;
      },
      diagnosis: (requestKey) => `d-${requestKey.replace(/\W/g, '')}`,
      check: (requestKey) => `c-${requestKey.replace(/\W/g, '')}`,
    },
  });
}

const noAlerts: AlertCounts = {
  ...{ received: 0, waiting: 0 },
  ...{ opened: 0, joined: 0, repeated: 0, ended: 0, ignored: 0 },
};

/** What the service asks about alerts; nothing here takes any in. */
function createMemoryAlerts({ firing = [], alertCounts = noAlerts }: DeskOptions) {
  const notTakenIn = () => Promise.reject(new Error('the desk takes no alerts in'));
  return {
    backlog: { peek: notTakenIn, settle: notTakenIn, counts: async () => alertCounts },
    ledger: {
      ...{ membershipsOf: notTakenIn, homesOf: notTakenIn, enter: notTakenIn, rememberEnded: notTakenIn },
      ...{ move: notTakenIn, openingsOf: notTakenIn, countOpening: notTakenIn, tallyOf: notTakenIn },
      firingIn: async () => firing,
    },
  };
}

/** `changed` wakes tests that wait for an incident or its next state. */
function createMemoryStore(changed: () => void): Desk['store'] {
  const incidents = new Map<string, Incident>();
  return {
    incidents,
    async open(incident) {
      const all = [...incidents.values()];
      const repeated = all.find((known) => known.request.id === incident.request.id);
      if (repeated) return { outcome: 'repeated', incident: repeated };
      const same = all.find(
        (known) =>
          known.state !== 'resolved' && isDeepStrictEqual(known.request.target, incident.request.target),
      );
      if (same) return { outcome: 'same-problem', incident: same };
      incidents.set(incident.id, incident);
      changed();
      return { outcome: 'created', incident };
    },
    load: async (id) => incidents.get(id),
    async apply(id, event) {
      const known = incidents.get(id);
      const applied = known && apply(known, event, guideResponseMinutes);
      if (!applied?.ok) return undefined;
      incidents.set(id, applied.incident);
      changed();
      return applied.incident;
    },
    listOpenedSince: async (at) => [...incidents.values()].filter(({ openedAt }) => openedAt >= at),
    listOpen: async () => [...incidents.values()].filter((incident) => incident.state !== 'resolved'),
    keepDiagnosis: async () => undefined,
    loadDiagnosis: async () => undefined,
  };
}

function createMemoryLogger(logged: Desk['logged']): Logger {
  const at = (level: string) => (_: Record<string, unknown>, message: string) =>
    void logged.push({ level, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
