// Turns alerts into incidents: each opens one or joins one. Works on a batch from the backlog, which stays there until
// all is done: cut off anywhere, the batch is worked on again, and nothing is counted or opened twice.

import type { AlertRoute, RouteAlert } from './alert.ts';
import {
  clusterOf,
  describeScope,
  homeKeys,
  type Placement,
  type Scope,
  stormKey,
  UNNAMED_CLUSTER,
  wholeCluster,
} from './alert-placement.ts';
import { type Incident, isSettled, openIncident } from './incident.ts';
import type { Language } from './intent.ts';
import type {
  AlertBacklog,
  AlertFate,
  AlertLedger,
  ClusterAlert,
  ClusterDirectory,
  DiagnosisQueue,
  IncidentStore,
  Membership,
} from './ports.ts';
import type { ResponseMinutes } from './priority.ts';

export interface IntakeParts {
  backlog: AlertBacklog;
  ledger: AlertLedger;
  store: IncidentStore;
  diagnoses: DiagnosisQueue;
  clusters: ClusterDirectory;
  route: RouteAlert;
  /** Has an incident that alerts have changed attended to: rendered, diagnosed again where that is due. */
  attend(incident: Incident): Promise<void>;
  settings: IntakeSettings;
  responseMinutes: ResponseMinutes;
  clock: { now(): Date };
  ids: { incident(playbook: string): string; diagnosis(requestKey: string): string };
}

export interface IntakeSettings {
  /** Slack channel of the incidents that alerts open, by cluster. */
  channels: Readonly<Record<string, string>>;
  /** Of all other clusters, known or not. */
  defaultChannel: string;
  languageOf(channel: string): Language;
  /** Cluster of alerts whose labels name none; absent: the only one there is. */
  defaultCluster?: string;
  limits: IntakeLimits;
}

export interface IntakeLimits {
  /** After so many incidents that alerts opened in a cluster within the ledger's window, what comes is one incident of all of it. */
  stormAfter: number;
  /** An alert of a resolved incident that fires again within that time reopens it. */
  reopenWithinMs: number;
}

export const intakeLimits: IntakeLimits = { stormAfter: 5, reopenWithinMs: 60 * 60_000 };

const BATCH = 500;

/** What a batch does to one incident. */
interface Joining {
  incident: Incident;
  alerts: ClusterAlert[];
  keys: Set<string>;
  scopes: Set<string>;
}

type Placed = Omit<Placement, 'route'> & { route: AlertRoute };

export function createIntake(parts: IntakeParts): { drain(): Promise<void> } {
  const { backlog, ledger, store, settings } = parts;
  const now = (): string => parts.clock.now().toISOString();

  async function takeBatch(): Promise<boolean> {
    const batch = await backlog.peek(BATCH);
    if (batch.length === 0) return false;
    const known = await parts.clusters.list();
    const placed = batch.map((alert): Placed => {
      const cluster = clusterOf(alert, known, settings.defaultCluster);
      const isKnown = known.some((presence) => presence.cluster === cluster);
      return { alert, cluster, route: parts.route(alert), storm: isKnown ? cluster : UNNAMED_CLUSTER };
    });
    const round = await beginRound(placed);
    const fates: AlertFate[] = [];
    for (const alert of placed) fates.push(await round.take(alert));
    await round.finish();
    await backlog.settle(fates);
    return true;
  }

  /** Reads once what the whole batch needs to know, and writes each incident once however many alerts it gets. */
  async function beginRound(placed: Placed[]) {
    const joinings = new Map<string, Joining>();
    const members = new Map<string, Membership>();
    const homes = new Map<string, string>();
    const lateEnds: ClusterAlert[] = [];

    const memberships = await ledger.membershipsOf(placed);
    for (const [at, alert] of placed.entries()) {
      const membership = memberships[at];
      if (membership) members.set(identity(alert), membership);
    }
    const keys = [...new Set(placed.filter(isPlacement).flatMap(homeKeys))];
    const ids = await ledger.homesOf(keys);
    for (const [at, key] of keys.entries()) {
      const id = ids[at];
      if (id !== undefined) homes.set(key, id);
    }

    async function take(placed: Placed): Promise<AlertFate> {
      if (!isPlacement(placed)) return 'ignored';
      const { alert } = placed;
      const member = members.get(identity(placed));
      if (member && !isNews(placed, member)) return 'repeated';
      const own = member?.incidentId === undefined ? undefined : await joiningOf(member.incidentId);
      const { status, startsAt } = alert;
      if (status === 'resolved') {
        members.set(identity(placed), { ...member, startsAt, status });
        if (own) own.alerts.push(placed);
        else lateEnds.push(placed);
        return 'ended';
      }
      const found =
        own && takesBack(own.incident) ? { joining: own, fate: 'joined' as const } : await homeFor(placed);
      enter(placed, found.joining);
      return found.fate;
    }

    function enter(placement: Placement, joining: Joining): void {
      const { id } = joining.incident;
      const { status, startsAt } = placement.alert;
      members.set(identity(placement), { incidentId: id, startsAt, status });
      joining.alerts.push(placement);
      joining.scopes.add(describeScope(placement.route));
      for (const key of homeKeys(placement)) {
        // Only a storm's own incident is where the storm goes.
        if (key === stormKey(placement.storm) && homes.get(key) !== id) continue;
        homes.set(key, id);
        joining.keys.add(key);
      }
    }

    async function homeFor(placement: Placement): Promise<{ joining: Joining; fate: AlertFate }> {
      for (const key of homeKeys(placement)) {
        const id = homes.get(key);
        const joining = id === undefined ? undefined : await joiningOf(id);
        if (joining && !isSettled(joining.incident)) {
          homes.set(key, joining.incident.id);
          return { joining, fate: 'joined' };
        }
      }
      return open(placement);
    }

    /** The incident, or the one that it went into. */
    async function joiningOf(id: string): Promise<Joining | undefined> {
      const known = joinings.get(id);
      if (known) return known;
      const incident = await store.load(id);
      if (incident?.mergedInto !== undefined) return joiningOf(incident.mergedInto);
      return incident && remember(incident);
    }

    function remember(incident: Incident): Joining {
      const joining = { incident, alerts: [], keys: new Set<string>(), scopes: new Set<string>() };
      joinings.set(incident.id, joining);
      return joining;
    }

    async function open(placement: Placement): Promise<{ joining: Joining; fate: AlertFate }> {
      const { alert, route, storm } = placement;
      const isStorm = (await ledger.openingsOf(storm, now())) >= settings.limits.stormAfter;
      const opened = isStorm
        ? await openFor({ ...placement, cluster: storm }, wholeCluster)
        : await openFor(placement, route);
      const joining = joinings.get(opened.incident.id) ?? remember(opened.incident);
      if (isStorm) homes.set(stormKey(storm), opened.incident.id);
      if (opened.isNew) await ledger.countOpening(storm, alert.fingerprint, now());
      return { joining, fate: opened.isNew ? 'opened' : 'joined' };
    }

    async function finish(): Promise<void> {
      if (lateEnds.length > 0) await ledger.rememberEnded(lateEnds);
      for (const joining of joinings.values()) if (joining.alerts.length > 0) await write(joining);
    }

    return { take, finish };
  }

  async function openFor({ cluster, storm, alert }: Placement, { playbook, target }: Scope) {
    const channel = settings.channels[cluster] ?? settings.defaultChannel;
    const id = parts.ids.diagnosis(`alert|${cluster}|${alert.fingerprint}|${alert.startsAt}`);
    for (;;) {
      const opening = {
        id: parts.ids.incident(playbook),
        request: { id, cluster, playbook, target },
        by: { kind: 'alert' as const, name: alert.name },
        channel,
        language: settings.languageOf(channel),
        at: now(),
      };
      const opened = await store.open(openIncident(opening, parts.responseMinutes));
      if (opened.outcome === 'id-taken') continue;
      const isNew = opened.outcome === 'created';
      if (isNew) await begin(opened.incident, storm !== UNNAMED_CLUSTER);
      return { incident: opened.incident, isNew };
    }
  }

  // If this is cut off, the watchdog submits what is missing.
  async function begin({ id, request }: Incident, isKnown: boolean): Promise<void> {
    if (isKnown) return parts.diagnoses.submit(id, request);
    const failure = { kind: 'unknown-cluster' as const };
    await store.apply(id, { kind: 'failed', diagnosisId: request.id, failure, at: now() });
  }

  async function write({ incident, alerts, keys, scopes }: Joining): Promise<void> {
    const tally = await ledger.enter(incident.id, alerts, [...keys], now());
    const name = alerts.findLast(({ alert }) => alert.status === 'firing')?.alert.name ?? '';
    const truncated = Math.max(...alerts.map(({ alert }) => alert.truncated));
    const event = { kind: 'alerts-changed' as const, tally, name, scopes: [...scopes], truncated, at: now() };
    const changed = await store.apply(incident.id, event);
    if (changed) await parts.attend(changed);
  }

  function takesBack({ state, journal }: Incident): boolean {
    if (state !== 'resolved') return true;
    const endedAt = journal.findLast(({ kind }) => kind === 'resolved')?.at ?? now();
    return parts.clock.now().getTime() - Date.parse(endedAt) < settings.limits.reopenWithinMs;
  }

  return {
    async drain() {
      while (await takeBatch());
    },
  };
}

const identity = ({ cluster, alert }: ClusterAlert): string => `${cluster}|${alert.fingerprint}`;

const isPlacement = (placed: Placed): placed is Placement => placed.route.kind === 'diagnose';

/** Deliveries come twice and out of order: an older episode, or one whose end is known, tells nothing. */
function isNews({ alert }: ClusterAlert, member: Membership): boolean {
  const ageMs = Date.parse(alert.startsAt) - Date.parse(member.startsAt);
  if (ageMs !== 0) return ageMs > 0;
  return member.status === 'firing' && alert.status === 'resolved';
}
