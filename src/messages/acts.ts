// Answers to what people do to incidents: done, or why not and what to do instead. What the thread itself is told of it
// is `journal.ts`.

import type { ActRefusal, ActReply } from '../incidents/acts.ts';
import type { HumanEvent } from '../incidents/human-acts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import { type Line, line } from './fragment.ts';
import { notice } from './notices.ts';
import type { Label, Phrase } from './phrase.ts';

const done: Record<HumanEvent['kind'], Phrase<[id: string]>> = {
  acknowledged: {
    en: (id) => `${id} is yours. The response clock has stopped.`,
    zh: (id) => `${id} 已由你确认，响应计时已停止。`,
  },
  assigned: {
    en: (id) => `${id} is assigned. The response clock has stopped.`,
    zh: (id) => `${id} 已指派，响应计时已停止。`,
  },
  noted: { en: (id) => `Noted in the thread of ${id}.`, zh: (id) => `已记录到 ${id} 的消息串。` },
  escalated: {
    en: (id) => `${id} is escalated; its thread says to whom.`,
    zh: (id) => `${id} 已升级，通知对象见其消息串。`,
  },
  silenced: {
    en: (id) => `The alerts of ${id} are silenced; its thread says until when.`,
    zh: (id) => `${id} 的告警已静默，截止时间见其消息串。`,
  },
  resolved: { en: (id) => `${id} is resolved.`, zh: (id) => `${id} 已解决。` },
};

export const actedLine = (
  { act, incident }: Extract<ActReply, { kind: 'acted' }>,
  language: Language,
): Line => line(done[act][language](`\`${incident.id}\``));

const nothingToDo = {
  over: {
    en: (id) => `${id} is over already, so nothing was changed. \`Check again\` in its thread looks anew.`,
    zh: (id) => `${id} 已关闭，未做变更。如需重新检查，请在其消息串中点击 \`重新检查\`。`,
  },
  owned: {
    en: (id) => `${id} has that owner already, so nothing was changed.`,
    zh: (id) => `${id} 的负责人已是此人，未做变更。`,
  },
} satisfies Record<string, Phrase<[id: string]>>;

const incidentNeeded: Label = {
  en: 'Which incident? Say its id, as in `ack dns-7k2p`, or mention me with the same words inside its thread.',
  zh: '请指明事件，例如 `ack dns-7k2p`；或在该事件的消息串内 @ 我并使用相同的命令。',
};

export function actRefusalLine(refusal: ActRefusal, language: Language): Line {
  switch (refusal.kind) {
    case 'unknown-incident':
      return notice('unknownIncident', language, refusal.id);
    case 'incident-needed':
      return line(incidentNeeded[language]);
    case 'nothing-to-do':
      return line(nothingToDo[reasonOf(refusal.incident)][language](`\`${refusal.incident.id}\``));
    case 'no-alert-fires':
      return notice('noAlertFires', language, refusal.id);
    case 'no-alertmanager':
      return notice('noAlertmanager', language);
    case 'silence-failed':
      return notice('silenceFailed', language, refusal.reason);
  }
}

const reasonOf = ({ state }: Incident): keyof typeof nothingToDo => (state === 'resolved' ? 'over' : 'owned');
