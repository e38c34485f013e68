// The first line about a problem: sign, priority, fault, and what is broken where. Never the name of a tool.

import { type Diagnosis, verdictOf } from '../diagnosis/diagnosis.ts';
import type { Priority } from '../diagnosis/finding.ts';
import { describeTarget, type Target } from '../diagnosis/target.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import { priorityAfter } from '../incidents/priority.ts';
import { failureWords } from './failures.ts';
import { wordsOf } from './findings.ts';
import { type Line, line, quoted, shortened, strong } from './fragment.ts';
import { reasonWords } from './inconclusive.ts';
import { faultName, prioritySigns, stateSigns } from './interface.ts';
import type { Label, Phrase } from './phrase.ts';

const phrases = {
  checking: { en: (target) => `checking ${target}`, zh: (target) => `正在检查 ${target}` },
  noFault: {
    en: (target) => `no network fault found for ${target}`,
    zh: (target) => `${target} 未发现网络故障`,
  },
  noVerdict: { en: (why) => `no verdict yet: ${why}`, zh: (why) => `尚无结论：${why}` },
  moreCauses: { en: (count) => ` (+${count} more)`, zh: (count) => `（另有 ${count} 个原因）` },
  oneCause: {
    en: (alerts) => `${alerts} alerts, one cause: `,
    zh: (alerts) => `${alerts} 条告警，同一根因：`,
  },
} satisfies Record<string, Phrase<[string]>>;

const wholeCluster: Label = { en: 'the whole cluster', zh: '整个集群' };

// A reason may quote a cluster; the thread has it whole.
const REASON_LIMIT = 160;
// From here on it matters more that they are one problem than which of them came first.
const STORM_ALERTS = 20;

export function incidentHeadline(incident: Incident): Line {
  const { language, request, diagnosis, failure, priority } = incident;
  if (!incident.diagnosing && diagnosis)
    return diagnosisHeadline(diagnosis, language, { priority, alerts: incident.alerts?.joined ?? 0 });
  const ranked = `${priority} · ${faultName(request.playbook, language)}`;
  if (!incident.diagnosing && failure)
    return headline(stateSigns.failed, ranked, failureWords(failure, request.cluster, language).headline);
  return headline(
    stateSigns.diagnosing,
    ranked,
    phrases.checking[language](targetWords(request.target, language)),
  );
}

/** `known`: what the incident knows beyond the diagnosis; absent: the priority is as the evidence has it. */
export function diagnosisHeadline(
  diagnosis: Diagnosis,
  language: Language,
  known?: { priority: Priority; alerts: number },
): Line {
  const priority = known?.priority;
  const fault = faultName(diagnosis.playbook, language);
  const target = targetWords(diagnosis.target, language);
  switch (verdictOf(diagnosis)) {
    case 'cleared':
      return headline(stateSigns.cleared, fault, phrases.noFault[language](target));
    case 'inconclusive': {
      const reason = diagnosis.outcomes.flatMap((outcome) => outcome.reasons)[0];
      const why = reason ? shortened(reasonWords(reason, language), REASON_LIMIT) : target;
      const ranked = priority ? `${priority} · ${fault}` : fault;
      return headline(stateSigns.inconclusive, ranked, phrases.noVerdict[language](why));
    }
    case 'root-cause': {
      const [first, ...others] = diagnosis.findings.filter((finding) => !finding.advisory);
      const shown = priority ?? priorityAfter(diagnosis);
      const more = others.length > 0 ? phrases.moreCauses[language](String(others.length)) : '';
      const what = first ? wordsOf(first, language).headline : target;
      const isStorm = known !== undefined && known.alerts >= STORM_ALERTS && others.length === 0;
      const storm = isStorm ? phrases.oneCause[language](String(known.alerts)) : '';
      return headline(prioritySigns[shown], `${shown} · ${fault}`, storm + what + more);
    }
  }
}

const headline = (sign: string, name: string, text: string): Line =>
  line(`${sign} `, strong(name), ' — ', text);

const targetWords = (target: Target, language: Language): string =>
  target.kind === 'cluster' ? wholeCluster[language] : quoted(describeTarget(target));
