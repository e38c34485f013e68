// The two lines of an incident's root message: what is broken and where; cluster, start, response clock, owner.
// They must be enough on a phone at 3 a.m.; everything else is in the thread.

import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import { responseClock } from './durations.ts';
import { code, type Line, line, person, quoted, shortened, time } from './fragment.ts';
import { incidentHeadline } from './headline.ts';
import type { Label, Phrase } from './phrase.ts';

const words = {
  started: { en: 'started', zh: '开始于' },
  by: { en: 'by', zh: '由' },
  byAfter: { en: '', zh: ' 发起' },
  owner: { en: 'owner: ', zh: '负责人：' },
  nobody: { en: 'owner: nobody', zh: '负责人：暂无' },
  closed: { en: 'closed', zh: '已关闭' },
  mitigated: {
    en: 'mitigated: the fault is gone, an alert still fires',
    zh: '已缓解：故障消失，告警仍在触发',
  },
  reopened: { en: 'reopened', zh: '已重新打开' },
  acknowledgedBy: { en: 'acknowledged by ', zh: '已确认：' },
  alertsEnded: { en: 'no alert fires any more', zh: '告警均已恢复' },
  mergedInto: { en: 'same cause as ', zh: '与该事件根因相同：' },
} satisfies Record<string, Label>;

const alert: Phrase<[name: string]> = {
  en: (name) => `alert ${name}`,
  zh: (name) => `告警 ${name}`,
};

const moreAlerts: Phrase<[count: number]> = {
  en: (count) => ` (+${count} more)`,
  zh: (count) => `（另有 ${count} 条）`,
};

const joinedAlerts: Phrase<[count: number]> = {
  en: (count) => ` (+${count} alerts)`,
  zh: (count) => `（另有 ${count} 条告警）`,
};

const leftOut: Phrase<[count: number]> = {
  en: (count) => `, and ${count} that Alertmanager left out`,
  zh: (count) => `，Alertmanager 还省略了 ${count} 条`,
};

const absorbed: Phrase<[count: number]> = {
  en: (count) => ` · ${count} other incident(s) joined here`,
  zh: (count) => ` · 已并入其他 ${count} 个事件`,
};

export interface RootWords {
  /** First line: sign, priority, fault, headline. */
  headline: Line;
  /** Second line. */
  status: Line;
}

export function rootWords(incident: Incident, nowMs: number): RootWords {
  const { language, request } = incident;
  return {
    headline: incidentHeadline(incident),
    status: line(
      code(request.cluster),
      ` · ${words.started[language]} `,
      time(incident.openedAt),
      ` ${words.by[language]} `,
      opener(incident),
      `${words.byAfter[language]} · `,
      stateWords(incident, nowMs),
      joiners(incident),
      ` · ${incident.id}`,
    ),
  };
}

function opener({ openedBy, alerts, truncated = 0, language }: Incident): Line {
  const joined = alerts?.joined ?? 0;
  const missing = truncated > 0 ? leftOut[language](truncated) : '';
  if (openedBy.kind === 'person')
    return line(person(openedBy.id), joined > 0 ? joinedAlerts[language](joined) : '', missing);
  const more = joined > 1 ? moreAlerts[language](joined - 1) : '';
  const name = openedBy.kind === 'alert' ? openedBy.name : 'cni-triage';
  return line(alert[language](quoted(shortened(name, 80))), more, missing);
}

function joiners({ journal, language }: Incident): string {
  const count = journal.filter(({ kind }) => kind === 'absorbed').length;
  return count > 0 ? absorbed[language](count) : '';
}

/** Where it stands and who is waiting for whom: the clock while nobody has acted, then who has. */
function stateWords(incident: Incident, nowMs: number): Line {
  const { language, state, clock, owner, mergedInto, alerts } = incident;
  if (mergedInto !== undefined) return line(`${words.mergedInto[language]}${mergedInto}`);
  if (state === 'resolved') return line(words.closed[language]);
  const answered = clock.answered;
  const parts: Line[] = [
    ...(state === 'mitigated' || state === 'reopened' ? [line(words[state][language])] : []),
    ...(state !== 'mitigated' && alerts?.endedAt !== undefined ? [line(words.alertsEnded[language])] : []),
    ...(answered ? [] : [line(responseClock(clock.startedAt, clock.dueAt, nowMs, language))]),
    ownerWords(language, owner, answered?.act === 'acknowledged' ? answered : undefined),
  ];
  return parts.flatMap((part, index) => (index === 0 ? part : line(' · ', part)));
}

function ownerWords(
  language: Language,
  owner: string | undefined,
  acknowledged: { by: string; at: string } | undefined,
): Line {
  if (acknowledged && acknowledged.by === owner)
    return line(words.acknowledgedBy[language], person(owner), ' ', time(acknowledged.at));
  return owner === undefined ? line(words.nobody[language]) : line(words.owner[language], person(owner));
}
