// What is said about buttons of fixes: their labels, the window for a reason, and answers to whoever pressed one in vain.
// What a proposal's own message says is proposal.ts.

import type { Language } from '../incidents/intent.ts';
import type { ActOnProposal } from '../remediation/service.ts';
import { type Line, line, quoted } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';
import { remediationName } from './remediation-names.ts';

export const fixButtonLabels = {
  approve: { en: 'Approve', zh: '批准' },
  reject: { en: 'Reject', zh: '拒绝' },
  details: { en: 'Details', zh: '详情' },
  stop: { en: 'Stop', zh: '停止' },
  undo: { en: 'Undo', zh: '撤销' },
  reasonTitle: { en: 'Approve', zh: '批准' },
  reason: { en: 'Why is it right to do this now?', zh: '为什么现在应执行此操作？' },
} satisfies Record<string, Label>;

const fix: Label = { en: 'Fix: ', zh: '修复：' };

/** `node`: where it would be done, if it is done on one. */
export const fixLabel = (remediation: string, node: string | undefined, language: Language): string =>
  `${fix[language]}${remediationName(remediation, language)}${node === undefined ? '' : ` (${node})`}`;

const refusals: Record<Extract<ActOnProposal, { kind: 'refused' }>['refusal'] | 'unknown-fix', Label> = {
  'unknown-fix': {
    en: 'I do not offer that fix for this finding. Press Check again.',
    zh: '该发现没有这项修复，请点击“重新检查”。',
  },
  'unknown-proposal': {
    en: 'I know that request no more. Press the fix under the verdict again.',
    zh: '该申请已不存在，请在结论下重新点击修复按钮。',
  },
  'not-running': {
    en: 'It does not run any more, so there is nothing to stop.',
    zh: '该修复未在执行，无需停止。',
  },
  'nothing-to-undo': {
    en: 'There is nothing to take back, or somebody has asked for it already.',
    zh: '没有可撤销的内容，或已有人申请撤销。',
  },
};

const noWorker: Phrase<[cluster: string]> = {
  en: (cluster) =>
    `No worker of ${quoted(cluster)} is alive, so no plan can be made. Start it, then press the button again; \`/cni doctor\` says whether one lives.`,
  zh: (cluster) =>
    `集群 ${quoted(cluster)} 没有在线的 worker，无法制定计划。请先启动 worker，再重新点击按钮；可用 \`/cni doctor\` 查看其是否在线。`,
};

/** For whoever asked for a fix that nobody is there to work out. */
export const noWorkerLine = (cluster: string, language: Language): Line => line(noWorker[language](cluster));

export const fixRefusal = (refusal: keyof typeof refusals, language: Language): Line =>
  line(refusals[refusal][language]);

const notices = {
  oldVerdict: {
    en: 'That verdict is old. Press Check again, and use the buttons of the new one.',
    zh: '该结论已过时，请点击“重新检查”，并使用新结论下的按钮。',
  },
  joined: {
    en: 'That fix was asked for already; its message is in this thread.',
    zh: '该修复已有人申请，见本消息串中的消息。',
  },
  personUnknown: {
    en: 'I could not check with Slack who you are, so nothing was decided. Try again in a moment.',
    zh: '暂时无法向 Slack 核实你的身份，未做任何决定，请稍后重试。',
  },
  detailsFailed: {
    en: 'The plan could not be uploaded just now. Try again in a moment.',
    zh: '计划文件暂时上传失败，请稍后重试。',
  },
  detailsPosted: { en: 'The whole plan is in this thread.', zh: '完整计划已在本消息串中。' },
} satisfies Record<string, Label>;

export const fixNotice = (key: keyof typeof notices, language: Language): Line =>
  line(notices[key][language]);
