// The two lines of an incident's root message: what is broken and where; cluster, start, response clock, owner.
// They must be enough on a phone at 3 a.m.; everything else is in the thread.

import { verdictOf } from '../diagnosis/diagnosis.ts';
import { describeTarget } from '../diagnosis/target.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import { responseClock } from './durations.ts';
import { failureWords } from './failures.ts';
import { wordsOf } from './findings.ts';
import { code, type Line, line, person, quoted, strong, time } from './fragment.ts';
import { faultName, prioritySigns, stateSigns } from './interface.ts';
import type { Label, Phrase } from './phrase.ts';
import { reasonWords } from './verdict.ts';

const phrases = {
  checking: { en: (target) => `checking ${target}`, zh: (target) => `正在检查 ${target}` },
  noFault: {
    en: (target) => `no network fault found for ${target}`,
    zh: (target) => `${target} 未发现网络故障`,
  },
  noVerdict: { en: (why) => `no verdict yet: ${why}`, zh: (why) => `尚无结论：${why}` },
  moreCauses: { en: (count) => ` (+${count} more)`, zh: (count) => `（另有 ${count} 个原因）` },
} satisfies Record<string, Phrase<[string]>>;

const wholeCluster: Label = { en: 'the whole cluster', zh: '整个集群' };
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
  const fault = faultName(request.playbook, language);
  const { sign, ranked, text } = summary(incident, language);
  const name = ranked ? `${incident.priority} · ${fault}` : fault;
  const clock =
    incident.state === 'resolved'
      ? [closed[language]]
      : [responseClock(incident.openedAt, incident.respondBy, nowMs, language), ' · ', nobody[language]];
  return {
    headline: line(`${sign} `, strong(name), ' — ', text),
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

interface Summary {
  sign: string;
  /** Whether the priority is shown: a cleared incident has none left. */
  ranked: boolean;
  text: string;
}

function summary(incident: Incident, language: Language): Summary {
  const { request, diagnosis, failure } = incident;
  const target =
    request.target.kind === 'cluster' ? wholeCluster[language] : quoted(describeTarget(request.target));
  if (incident.state === 'diagnosing')
    return { sign: stateSigns.diagnosing, ranked: true, text: phrases.checking[language](target) };
  if (failure)
    return {
      sign: stateSigns.failed,
      ranked: true,
      text: failureWords(failure, request.cluster, language).headline,
    };
  if (!diagnosis) return { sign: stateSigns.inconclusive, ranked: true, text: target };
  switch (verdictOf(diagnosis)) {
    case 'cleared':
      return { sign: stateSigns.cleared, ranked: false, text: phrases.noFault[language](target) };
    case 'inconclusive': {
      const reason = diagnosis.outcomes.flatMap((outcome) => outcome.reasons)[0];
      const why = reason ? reasonWords(reason, language) : target;
      return { sign: stateSigns.inconclusive, ranked: true, text: phrases.noVerdict[language](why) };
    }
    case 'root-cause': {
      const causes = diagnosis.findings.filter((finding) => !finding.advisory);
      const headline = causes[0] ? wordsOf(causes[0], language).headline : target;
      const more = causes.length > 1 ? phrases.moreCauses[language](String(causes.length - 1)) : '';
      return { sign: prioritySigns[incident.priority], ranked: true, text: headline + more };
    }
  }
}
