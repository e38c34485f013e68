// What the bot does with an intent: opens, joins or re-checks an incident and answers with data. Pure logic over ports;
// no sentence is written here (messages/) and nothing is rendered here (the surface queue is woken).

import type { DiagnosisRequest } from '../diagnosis/diagnosis.ts';
import type { ClusterHealth, Doctor } from '../doctor/examination.ts';
import type { AuditLine } from '../remediation/audit.ts';
import { type ActRefusal, type ActReply, createActs } from './acts.ts';
import type { Silencer } from './alert.ts';
import { askChecklist, type ChecklistIntent, type ChecklistOrders, type ChecklistReply } from './check.ts';
import { type Incident, openIncident } from './incident.ts';
import type { Intent, Language, PlaybookName } from './intent.ts';
import {
  type AlertBacklog,
  type AlertCounts,
  type AlertLedger,
  type ClusterDirectory,
  type ClusterPresence,
  type DiagnosisQueue,
  type IncidentStore,
  StoreUnavailable,
  type SurfaceQueue,
} from './ports.ts';
import type { ResponseMinutes } from './priority.ts';
import { type Report, reportOn } from './report.ts';

/** One thing that a person asked for. */
export interface Command {
  intent: Intent;
  /** Slack user id. */
  by: string;
  channel: string;
  /** Root of the thread in which it was said; absent outside of threads. */
  threadTs?: string;
  language: Language;
  /** Equal keys are one command (Slack: trigger_id, or action_ts of a button). */
  requestKey: string;
}

export type Reply =
  /** A new incident; its thread appears by itself. */
  | { kind: 'opened'; incident: Incident }
  /** The same diagnosis runs already; its thread is in `incident.thread`, perhaps in another channel. */
  | { kind: 'joined'; incident: Incident }
  /** The problem has an open incident; a new diagnosis runs in its thread. */
  | { kind: 'rechecking'; incident: Incident }
  /** `open`: the least time left first. */
  | { kind: 'status'; clusters: ClusterStatus[]; open: Incident[]; alerts: AlertCounts }
  | { kind: 'report'; report: Report }
  /** `lines` are those of all clusters. */
  | { kind: 'audit'; sinceAt: string; untilAt: string; cluster?: string; lines: AuditLine[] }
  | { kind: 'doctor'; clusters: ClusterHealth[] }
  | Extract<ActReply, { kind: 'acted' }>
  | ChecklistReply
  | { kind: 'stopped'; clusters: string[]; diagnoses: number }
  | { kind: 'help'; topic?: string }
  /** `available` are the playbooks that do exist. */
  | { kind: 'not-yet'; name: string; available: PlaybookName[] }
  | { kind: 'refused'; refusal: Refusal };

export type Refusal =
  /** Never heard of that cluster; `live` are the ones with a worker. */
  | { kind: 'unknown-cluster'; cluster: string; live: string[] }
  /** The channel has no default cluster and several are live, or none is (`live` is empty). */
  | { kind: 'cluster-needed'; live: string[] }
  /** The cluster is known, and none of its workers has been heard of for `silentMs`. */
  | { kind: 'no-worker'; cluster: string; silentMs: number }
  | ActRefusal
  /** Redis does not answer. */
  | { kind: 'store-unavailable' };

export interface ClusterStatus extends ClusterPresence {
  queued: number;
  running: number;
}

export interface IncidentService {
  request(command: Command): Promise<Reply>;
  /** The re-check button: diagnoses the incident's target again, in its thread. */
  recheck(incidentId: string, command: Omit<Command, 'intent'>): Promise<Reply>;
}

export interface ServiceParts {
  store: IncidentStore;
  diagnoses: DiagnosisQueue;
  surface: SurfaceQueue;
  clusters: ClusterDirectory;
  ledger: AlertLedger;
  backlog: AlertBacklog;
  checklist: ChecklistOrders;
  audit: { read(period: { from: string; to: string }): Promise<AuditLine[]> };
  doctor: Doctor;
  /** Absent: no Alertmanager is configured. */
  silencer?: Silencer;
  /** Slack user group that is called when an incident is escalated; by cluster. */
  escalationGroupOf(cluster: string): string | undefined;
  /** Slack channel id -> cluster meant when none is named. */
  channelClusters: Readonly<Record<string, string>>;
  defaultCluster?: string;
  responseMinutes: ResponseMinutes;
  clock: { now(): Date };
  ids: {
    /** A new id each time. */
    incident(playbook: string): string;
    /** Equal keys give equal ids. */
    diagnosis(requestKey: string): string;
    check(requestKey: string): string;
  };
  /** Told of every reply, for counting. */
  onReply?(reply: Reply): void;
}

export function createIncidentService(parts: ServiceParts): IncidentService {
  const { store, diagnoses, surface, clusters } = parts;
  const acts = createActs(parts);

  async function answer(command: Command): Promise<Reply> {
    const { intent } = command;
    switch (intent.verb) {
      case 'help':
        return { kind: 'help', ...(intent.topic && { topic: intent.topic }) };
      case 'not-yet':
        return { kind: 'not-yet', name: intent.name, available: availableIn(await clusters.list()) };
      case 'status':
        return status(intent.cluster);
      case 'stop':
        return stop(intent.cluster);
      case 'diagnose':
        return diagnose(command, intent);
      case 'report':
        return report(intent.minutes, intent.cluster);
      case 'audit':
        return audited(intent.minutes, intent.cluster);
      case 'doctor':
        return examined(intent.cluster);
      case 'check':
      case 'record-drill':
        return checklist(command, intent);
      default:
        return acts.act(intent, command);
    }
  }

  async function diagnose(command: Command, intent: Extract<Intent, { verb: 'diagnose' }>): Promise<Reply> {
    const known = await clusters.list();
    const choice = chooseCluster(known, intent.cluster, parts.channelClusters[command.channel]);
    if ('refusal' in choice) return { kind: 'refused', refusal: choice.refusal };
    if (!choice.presence.playbooks.includes(intent.playbook)) {
      return { kind: 'not-yet', name: `diagnose ${intent.playbook}`, available: choice.presence.playbooks };
    }

    const request: DiagnosisRequest = {
      id: parts.ids.diagnosis(command.requestKey),
      cluster: choice.presence.cluster,
      playbook: intent.playbook,
      target: intent.target,
    };
    const opened = await open(command, request);
    switch (opened.outcome) {
      case 'created':
        await start(opened.incident);
        return { kind: 'opened', incident: opened.incident };
      case 'repeated':
        return { kind: 'opened', incident: opened.incident };
      case 'same-problem':
        return startAgain(opened.incident, request, command.channel);
    }
  }

  async function open(command: Command, request: DiagnosisRequest) {
    for (;;) {
      const opening = {
        id: parts.ids.incident(request.playbook),
        request,
        by: { kind: 'person' as const, id: command.by },
        channel: command.channel,
        language: command.language,
        at: parts.clock.now().toISOString(),
      };
      const opened = await store.open(openIncident(opening, parts.responseMinutes));
      if (opened.outcome !== 'id-taken') return opened;
    }
  }

  async function startAgain(incident: Incident, request: DiagnosisRequest, channel: string): Promise<Reply> {
    const at = parts.clock.now().toISOString();
    const restarted = await store.apply(incident.id, { kind: 'diagnosis-requested', request, at, channel });
    if (!restarted) {
      const running = (await store.load(incident.id)) ?? incident;
      return { kind: running.request.id === request.id ? 'rechecking' : 'joined', incident: running };
    }
    await start(restarted);
    return { kind: 'rechecking', incident: restarted };
  }

  // If this is cut off half-way, the watchdog submits what is missing: both calls may be repeated.
  async function start(incident: Incident): Promise<void> {
    await diagnoses.submit(incident.id, incident.request);
    await surface.wake(incident.id);
  }

  async function status(cluster: string | undefined): Promise<Reply> {
    const scope = await readScope(cluster);
    if ('refusal' in scope) return { kind: 'refused', refusal: scope.refusal };
    const withWork = scope.clusters.map(async (presence) => ({
      ...presence,
      ...(await diagnoses.countOf(presence.cluster)),
    }));
    const [status, alerts] = await Promise.all([Promise.all(withWork), parts.backlog.counts()]);
    return { kind: 'status', clusters: status, open: scope.open.toSorted(leastTimeLeftFirst), alerts };
  }

  async function report(minutes: number, cluster: string | undefined): Promise<Reply> {
    const period = periodOf(minutes, cluster);
    const incidents = await store.listOpenedSince(period.sinceAt);
    return { kind: 'report', report: reportOn(incidents, period, parts.responseMinutes) };
  }

  async function audited(minutes: number, cluster: string | undefined): Promise<Reply> {
    const period = periodOf(minutes, cluster);
    const lines = await parts.audit.read({ from: period.sinceAt, to: period.untilAt });
    return { kind: 'audit', ...period, lines };
  }

  async function examined(cluster: string | undefined): Promise<Reply> {
    const all = await parts.doctor.examine();
    const wanted = all.filter((each) => cluster === undefined || each.cluster === cluster);
    if (cluster === undefined || wanted.length > 0) return { kind: 'doctor', clusters: wanted };
    const live = all.filter(({ worker }) => worker.alive > 0).map((each) => each.cluster);
    return { kind: 'refused', refusal: { kind: 'unknown-cluster', cluster, live } };
  }

  function periodOf(minutes: number, cluster: string | undefined) {
    const untilAt = parts.clock.now().toISOString();
    const sinceAt = new Date(Date.parse(untilAt) - minutes * 60_000).toISOString();
    return { sinceAt, untilAt, ...(cluster !== undefined && { cluster }) };
  }

  async function checklist(command: Command, intent: ChecklistIntent): Promise<Reply> {
    const named = parts.channelClusters[command.channel];
    const choice = chooseCluster(await clusters.list(), intent.cluster, named);
    if ('refusal' in choice) return { kind: 'refused', refusal: choice.refusal };
    const id = parts.ids.check(command.requestKey);
    return askChecklist(parts.checklist, intent, choice.presence.cluster, id, command);
  }

  async function stop(cluster: string | undefined): Promise<Reply> {
    const scope = await readScope(cluster);
    if ('refusal' in scope) return { kind: 'refused', refusal: scope.refusal };
    const running = scope.open.filter(({ diagnosing }) => diagnosing);
    const concerned = [...scope.clusters, ...running.map(({ request }) => request)];
    const names = [...new Set(concerned.map((each) => each.cluster))].toSorted();

    // The incidents first: a job that escapes finds its incident ended, and ends too.
    const ended = await Promise.all(running.map(endAsStopped));
    await Promise.all(names.map((name) => diagnoses.stop(name)));
    return { kind: 'stopped', clusters: names, diagnoses: ended.filter(Boolean).length };
  }

  async function endAsStopped({ id, request }: Incident): Promise<boolean> {
    const failure = { kind: 'stopped' as const };
    const at = parts.clock.now().toISOString();
    const applied = await store.apply(id, { kind: 'failed', diagnosisId: request.id, failure, at });
    if (applied) await surface.wake(id);
    return applied !== undefined;
  }

  /** Known clusters and unresolved incidents, of one cluster or of all. A mistyped name must not look like silence. */
  async function readScope(
    cluster: string | undefined,
  ): Promise<{ clusters: ClusterPresence[]; open: Incident[] } | { refusal: Refusal }> {
    const [known, open] = await Promise.all([clusters.list(), store.listOpen()]);
    if (cluster === undefined) return { clusters: known, open };
    const ofCluster = open.filter(({ request }) => request.cluster === cluster);
    const presence = known.find((each) => each.cluster === cluster);
    if (!presence && ofCluster.length === 0) {
      return { refusal: { kind: 'unknown-cluster', cluster, live: liveNames(known) } };
    }
    return { clusters: presence ? [presence] : [], open: ofCluster };
  }

  function chooseCluster(
    known: ClusterPresence[],
    named: string | undefined,
    ofChannel: string | undefined,
  ): { presence: ClusterPresence } | { refusal: Refusal } {
    const live = liveNames(known);
    const wanted = named ?? ofChannel ?? parts.defaultCluster ?? (live.length === 1 ? live[0] : undefined);
    if (wanted === undefined) return { refusal: { kind: 'cluster-needed', live } };
    const presence = known.find((candidate) => candidate.cluster === wanted);
    if (!presence) return { refusal: { kind: 'unknown-cluster', cluster: wanted, live } };
    if (!presence.alive) {
      return { refusal: { kind: 'no-worker', cluster: wanted, silentMs: presence.silentMs } };
    }
    return { presence };
  }

  async function replying(work: () => Promise<Reply>): Promise<Reply> {
    const reply = await work().catch((error: unknown): Reply => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return { kind: 'refused', refusal: { kind: 'store-unavailable' } };
    });
    parts.onReply?.(reply);
    return reply;
  }

  return {
    request: (command) => replying(() => answer(command)),
    recheck: (incidentId, command) =>
      replying(async () => {
        const incident = await store.load(incidentId);
        if (!incident) return { kind: 'refused', refusal: { kind: 'unknown-incident', id: incidentId } };
        const { cluster } = incident.request;
        const choice = chooseCluster(await clusters.list(), cluster, undefined);
        if ('refusal' in choice) return { kind: 'refused', refusal: choice.refusal };
        const request = { ...incident.request, id: parts.ids.diagnosis(command.requestKey) };
        return startAgain(incident, request, command.channel);
      }),
  };
}

const liveNames = (known: ClusterPresence[]): string[] =>
  known.filter(({ alive }) => alive).map(({ cluster }) => cluster);

/** Whom nobody has answered comes first, the nearest deadline before the others. */
function leastTimeLeftFirst(a: Incident, b: Incident): number {
  const waiting = Number(a.clock.answered !== undefined) - Number(b.clock.answered !== undefined);
  return waiting || Date.parse(a.clock.dueAt) - Date.parse(b.clock.dueAt);
}

const availableIn = (known: ClusterPresence[]): PlaybookName[] => [
  ...new Set(known.flatMap((presence) => presence.playbooks)),
];
