// The two lines of an incident's root message: what is broken and where; cluster, start, response clock, owner.
// They must be enough on a phone at 3 a.m.; everything else is in the thread.

import type { Incident } from '../incidents/incident.ts';
import { responseClock } from './durations.ts';
import { code, type Line, line, person, time } from './fragment.ts';
import { incidentHeadline } from './headline.ts';
import type { Label } from './phrase.ts';

const started: Label = { en: 'started', zh: '开始于' };
const by: Label = { en: 'by', zh: '由' };
const byAfter: Label = { en: '', zh: ' 发起' };
const nobody: Label = { en: 'owner: nobody', zh: '负责人：暂无' };
const closed: Label = { en: 'closed', zh: '已关闭' };

export interface RootWords {
  /** First line: sign, priority, fault, headline. */
  headline: Line;
  /** Second line. */
  status: Line;
}

export function rootWords(incident: Incident, nowMs: number): RootWords {
  const { language, request } = incident;
  const clock =
    incident.state === 'resolved'
      ? [closed[language]]
      : [responseClock(incident.openedAt, incident.respondBy, nowMs, language), ' · ', nobody[language]];
  return {
    headline: incidentHeadline(incident),
    status: line(
      code(request.cluster),
      ` · ${started[language]} `,
      time(incident.openedAt),
      ` ${by[language]} `,
      person(incident.openedBy),
      `${byAfter[language]} · `,
      ...clock,
      ` · ${incident.id}`,
    ),
  };
}
