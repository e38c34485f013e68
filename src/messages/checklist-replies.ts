// What people hear at once when they ask something of the checklist: that it is being checked, that it is written down, that
// the run under whose button they pressed is gone.

import type { ChecklistReply } from '../incidents/check.ts';
import type { Language } from '../incidents/intent.ts';
import { type Line, line, quoted } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';

const replies: Record<ChecklistReply['kind'], Phrase<[cluster: string]>> = {
  checking: {
    en: (cluster) => `I am checking ${cluster}; all seven items come here in a moment.`,
    zh: (cluster) => `正在检查集群 ${cluster}，七项结果稍后发到这里。`,
  },
  'drill-recorded': {
    en: (cluster) => `The failure drill on ${cluster} is written down; ${quoted('check')} shows it.`,
    zh: (cluster) => `集群 ${cluster} 的故障演练已登记，可用 ${quoted('check')} 查看。`,
  },
};

const reviews: Record<'reviewed' | 'expired', Label> = {
  reviewed: {
    en: 'Noted: the policies are reviewed as that check saw them. Later changes will be told.',
    zh: '已记录：以该次检查时的策略为准完成审查，之后的变更会再提醒。',
  },
  expired: {
    en: `That check is too old to go by. Run ${quoted('check')} and press the button under the new answer.`,
    zh: `该次检查已过期，请执行 ${quoted('check')}，并在新结果下点击按钮。`,
  },
};

export const checklistReplyLine = ({ kind, cluster }: ChecklistReply, language: Language): Line =>
  line(replies[kind][language](quoted(cluster)));

export const reviewLine = (outcome: keyof typeof reviews, language: Language): Line =>
  line(reviews[outcome][language]);
