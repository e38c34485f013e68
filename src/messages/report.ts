// The report on response and resolution times, for people and as a table for a spreadsheet. The arithmetic is
// `incidents/report.ts`.

import { stringify } from 'csv-stringify/sync';
import type { Language } from '../incidents/intent.ts';
import type { Report, ReportedIncident, ReportRow } from '../incidents/report.ts';
import { durationWords } from './durations.ts';
import { type Line, line, quoted, strong } from './fragment.ts';
import { faultName } from './interface.ts';
import type { Phrase } from './phrase.ts';

const title: Phrase<[incidents: number, since: string, until: string]> = {
  en: (count, since, until) => `${count} incidents from ${since} to ${until}`,
  zh: (count, since, until) => `${since} 至 ${until} 共 ${count} 个事件`,
};

const row: Phrase<[counts: ReportRow]> = {
  en: ({ incidents, open }) => `${incidents} incidents${open > 0 ? `, ${open} open` : ''}`,
  zh: ({ incidents, open }) => `${incidents} 个事件${open > 0 ? `，${open} 个未关闭` : ''}`,
};

const answered: Phrase<[median: string, due: number]> = {
  en: (median, due) => `answered in ${median} (due in ${due} min)`,
  zh: (median, due) => `响应 ${median}（时限 ${due} 分钟）`,
};

const unanswered: Phrase<[due: number]> = {
  en: (due) => `none answered (due in ${due} min)`,
  zh: (due) => `均未响应（时限 ${due} 分钟）`,
};

const ended: Phrase<[median: string]> = {
  en: (median) => `ended in ${median}`,
  zh: (median) => `解决 ${median}`,
};

const breached: Phrase<[count: number]> = {
  en: (count) => (count === 0 ? 'none late' : `⚠️ ${count} late`),
  zh: (count) => (count === 0 ? '无超时' : `⚠️ ${count} 个超时`),
};

const medians: Record<Language, string> = {
  en: 'Times are medians, from the first alert or command. Every incident is in the CSV file.',
  zh: '时间为中位数，自首条告警或命令起计算。逐个事件见 CSV 文件。',
};

export function reportLines(report: Report, language: Language): Line[] {
  const { sinceAt, untilAt, cluster, incidents, rows } = report;
  const heading = title[language](incidents.length, minuteOf(sinceAt), minuteOf(untilAt));
  return [
    line(strong(heading), ...(cluster === undefined ? [] : [' · ', quoted(cluster)])),
    ...rows.map((each) => line(strong(faultName(each.fault, language)), ' · ', rowWords(each, language))),
    ...(incidents.length > 0 ? [line(medians[language])] : []),
  ];
}

const minuteOf = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

function rowWords(counts: ReportRow, language: Language): string {
  const { medianResponseMs, medianResolutionMs, dueMinutes } = counts;
  return [
    row[language](counts),
    medianResponseMs === undefined
      ? unanswered[language](dueMinutes)
      : answered[language](durationWords(medianResponseMs, language), dueMinutes),
    ...(medianResolutionMs === undefined
      ? []
      : [ended[language](durationWords(medianResolutionMs, language))]),
    breached[language](counts.breached),
  ].join(' · ');
}

export const reportFileName = ({ sinceAt, untilAt }: Report): string =>
  `incidents-${sinceAt.slice(0, 10)}-to-${untilAt.slice(0, 10)}.csv`;

/** Its header is for programs, and the same in every language. */
export const reportCsv = ({ incidents }: Report): string =>
  stringify(incidents.map(csvRow), {
    header: true,
    // An alert's name is foreign text, which must not become a formula in somebody's spreadsheet.
    escape_formulas: true,
  });

function csvRow({ incident, fault, breached: late, responseMs, resolutionMs }: ReportedIncident) {
  const { id, request, priority, state, openedAt, openedBy, clock, owner, alerts } = incident;
  return {
    incident: id,
    cluster: request.cluster,
    fault,
    priority,
    state,
    opened_at: openedAt,
    opened_by: openedBy.kind === 'person' ? openedBy.id : openedBy.kind === 'alert' ? openedBy.name : 'bot',
    alerts: alerts?.joined ?? 0,
    response_due_at: clock.dueAt,
    answered_at: clock.answered?.at ?? '',
    answered_by: clock.answered?.by ?? '',
    owner: owner ?? '',
    response_minutes: minutes(responseMs),
    resolution_minutes: minutes(resolutionMs),
    breached: late ? 'yes' : 'no',
  };
}

const minutes = (ms: number | undefined): string => (ms === undefined ? '' : (ms / 60_000).toFixed(1));
