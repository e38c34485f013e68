// What the thread of an incident is told beside its verdict: reminders, calls, who was given it, what people noted.
// Which entries are said at all is `incidents/journal.ts`.

import type { Language } from '../incidents/intent.ts';
import type { Actor, SpokenEntry } from '../incidents/journal.ts';
import { durationWords } from './durations.ts';
import { code, type Fragment, group, type Line, line, person, quoted, shortened, time } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';

const NOTE_LIMIT = 1500;

const labels = {
  bot: { en: 'cni-triage', zh: 'cni-triage' },
  escalated: { en: '📣 escalated by ', zh: '📣 升级，发起人：' },
  calling: { en: ', calling ', zh: '，通知 ' },
  nobodyToCall: {
    en: '; no user group is configured to be called (`ESCALATION_GROUP`)',
    zh: '；未配置要通知的用户组（`ESCALATION_GROUP`）',
  },
  overdue: {
    en: '🚨 The response time is over and nobody has taken this',
    zh: '🚨 响应时限已过，仍无人处理',
  },
  took: { en: '👤 taken by ', zh: '👤 已由以下人员接手：' },
  assigned: { en: '👤 assigned to ', zh: '👤 指派给 ' },
  by: { en: ' by ', zh: '，指派人：' },
  noted: { en: '📝 ', zh: '📝 ' },
  colon: { en: ': ', zh: '：' },
  until: { en: '🔕 silenced until ', zh: '🔕 告警静默至 ' },
  silencedBy: { en: ' by ', zh: '，操作人：' },
  recheckFound: {
    en: '🔁 The fault is back: reopened, with a new response clock.',
    zh: '🔁 故障再次出现：已重新打开，并重新开始响应计时。',
  },
  causeRemains: {
    en: 'All alerts have ended, but the check afterwards still finds the cause, so this stays open.',
    zh: '所有告警已恢复，但复查仍能发现根因，因此保持打开。',
  },
  noVerdict: {
    en: 'All alerts have ended, but the check afterwards could not tell, so this stays open.',
    zh: '所有告警已恢复，但复查未能得出结论，因此保持打开。',
  },
} satisfies Record<string, Label>;

const reminder: Phrase<[left: string]> = {
  en: (left) => `⏰ ${left} left to respond, and nobody has taken this yet.`,
  zh: (left) => `⏰ 响应时限还剩 ${left}，尚无人处理。`,
};

const firesAgain: Phrase<[alert: string]> = {
  en: (alert) => `🔁 Alert ${alert} fires again: reopened, with a new response clock.`,
  zh: (alert) => `🔁 告警 ${alert} 再次触发：已重新打开，并重新开始响应计时。`,
};

const merged: Phrase<[into: string]> = {
  en: (into) => `🔗 Same cause as ${into}: it goes on there.`,
  zh: (into) => `🔗 与 ${into} 根因相同，后续在该事件中处理。`,
};

const absorbed: Phrase<[incident: string, alerts: number]> = {
  en: (incident, alerts) =>
    `🔗 ${incident} has the same cause and goes on here${alerts > 0 ? ` (${alerts} alerts)` : ''}.`,
  zh: (incident, alerts) =>
    `🔗 ${incident} 与本事件根因相同，已并入${alerts > 0 ? `（${alerts} 条告警）` : ''}。`,
};

export function journalLine(entry: SpokenEntry, language: Language): Line {
  switch (entry.kind) {
    case 'reminded': {
      const leftMs = Math.max(60_000, Date.parse(entry.dueAt) - Date.parse(entry.at));
      return line(reminder[language](durationWords(leftMs, language)));
    }
    case 'overdue':
      return line(labels.overdue[language], callWords(entry.group, language));
    case 'escalated':
      return line(labels.escalated[language], actor(entry.by, language), callWords(entry.group, language));
    case 'assigned':
      return assignedLine(entry.to, entry.by, language);
    case 'noted': {
      const text: Fragment = { kind: 'text', text: shortened(entry.text, NOTE_LIMIT) };
      return line(labels.noted[language], actor(entry.by, language), labels.colon[language], text);
    }
    case 'silenced':
      return line(
        ...[labels.until[language], time(entry.untilAt)],
        ...[labels.silencedBy[language], actor(entry.by, language)],
      );
    case 'reopened':
      return entry.by.kind === 'alert'
        ? line(firesAgain[language](quoted(shortened(entry.by.name, 80))))
        : line(labels.recheckFound[language]);
    case 'kept-open':
      return line(labels[entry.why === 'cause-remains' ? 'causeRemains' : 'noVerdict'][language]);
    case 'merged':
      return line(merged[language](quoted(entry.into)));
    case 'absorbed':
      return line(absorbed[language](quoted(entry.incident), entry.alerts));
  }
}

const assignedLine = (to: string, by: Actor, language: Language): Line =>
  by.kind === 'person' && by.id === to
    ? line(labels.took[language], person(to))
    : line(labels.assigned[language], person(to), labels.by[language], actor(by, language));

const callWords = (id: string | undefined, language: Language): Line =>
  id === undefined ? line(labels.nobodyToCall[language]) : line(labels.calling[language], group(id));

function actor(by: Actor, language: Language): Fragment {
  if (by.kind === 'person') return person(by.id);
  return by.kind === 'alert' ? code(shortened(by.name, 80)) : { kind: 'text', text: labels.bot[language] };
}
