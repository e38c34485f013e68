// How fast incidents were answered and ended, for each fault type, against the times of the source guide (7.2). Pure
// arithmetic over stored incidents; the words and the CSV are `messages/report.ts`.

import type { FaultType } from '../diagnosis/playbook.ts';
import type { Incident } from './incident.ts';
import { faultOf, type ResponseMinutes } from './priority.ts';
import { isBreached } from './response-clock.ts';

export interface ReportRow {
  fault: FaultType;
  /** The time within which a first human act is due. */
  dueMinutes: number;
  incidents: number;
  open: number;
  /** With a first human act. */
  answered: number;
  /** Answered too late, or not at all though it was due. */
  breached: number;
  /** Absent when none was answered. */
  medianResponseMs?: number;
  /** Absent when none has ended. */
  medianResolutionMs?: number;
}

export interface Report {
  sinceAt: string;
  untilAt: string;
  /** Of one cluster; absent: of all. */
  cluster?: string;
  /** Fault types with incidents, the shortest time first. */
  rows: ReportRow[];
  /** Oldest first. What went into another incident is left out: it is counted there. */
  incidents: ReportedIncident[];
}

export interface ReportedIncident {
  incident: Incident;
  fault: FaultType;
  breached: boolean;
  /** From the start of its clock to the first human act; absent while there is none. */
  responseMs?: number;
  /** From its opening to its last end; absent while it is open. */
  resolutionMs?: number;
}

export function reportOn(
  incidents: Incident[],
  period: { sinceAt: string; untilAt: string; cluster?: string },
  minutes: ResponseMinutes,
): Report {
  const counted = incidents
    .filter(({ openedAt, mergedInto }) => mergedInto === undefined && isWithin(openedAt, period))
    .filter(({ request }) => period.cluster === undefined || request.cluster === period.cluster)
    .toSorted((a, b) => a.openedAt.localeCompare(b.openedAt))
    .map((incident) => measured(incident, period.untilAt));
  const byFault = Map.groupBy(counted, ({ fault }) => fault);
  const rows = Array.from(byFault, ([fault, ofFault]) => rowOf(fault, ofFault, minutes[fault]));
  return { ...period, rows: rows.toSorted((a, b) => a.dueMinutes - b.dueMinutes), incidents: counted };
}

const isWithin = (at: string, { sinceAt, untilAt }: { sinceAt: string; untilAt: string }): boolean =>
  Date.parse(at) >= Date.parse(sinceAt) && Date.parse(at) <= Date.parse(untilAt);

function measured(incident: Incident, untilAt: string): ReportedIncident {
  const { clock, openedAt, state, journal } = incident;
  const ended = state === 'resolved' ? journal.findLast(({ kind }) => kind === 'resolved') : undefined;
  return {
    incident,
    fault: faultOf(incident.request.playbook),
    // What ended by itself in time needed no answer.
    breached: journal.some(({ kind }) => kind === 'overdue') || isBreached(clock, ended?.at ?? untilAt),
    ...(clock.answered && { responseMs: between(clock.startedAt, clock.answered.at) }),
    ...(ended && { resolutionMs: between(openedAt, ended.at) }),
  };
}

function rowOf(fault: FaultType, incidents: ReportedIncident[], dueMinutes: number): ReportRow {
  const responses = incidents.flatMap(({ responseMs }) => responseMs ?? []);
  const resolutions = incidents.flatMap(({ resolutionMs }) => resolutionMs ?? []);
  return {
    fault,
    dueMinutes,
    incidents: incidents.length,
    open: incidents.filter(({ incident }) => incident.state !== 'resolved').length,
    answered: responses.length,
    breached: incidents.filter(({ breached }) => breached).length,
    ...(responses.length > 0 && { medianResponseMs: median(responses) }),
    ...(resolutions.length > 0 && { medianResolutionMs: median(resolutions) }),
  };
}

const between = (fromAt: string, toAt: string): number => Math.max(0, Date.parse(toAt) - Date.parse(fromAt));

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
