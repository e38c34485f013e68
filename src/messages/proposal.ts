// A fix from the click that asked for it to its end, as its one message in the thread tells it. Which buttons stand under it is
// for the surface.

import type { Leg } from '../diagnosis/playbook.ts';
import type { Language } from '../incidents/intent.ts';
import type { ApprovalRequest } from '../remediation/approval.ts';
import type { PlanEnd, Proposal, SeenProposal } from '../remediation/ports.ts';
import { PLAN_PATIENCE_MS, type ProposalState } from '../remediation/proposal-state.ts';
import { resultOf } from '../remediation/service.ts';
import type { Document, Part } from './document.ts';
import { type Fragment, type Line, line, person, quoted, shortened, strong, time } from './fragment.ts';
import { comparedLegs } from './legs.ts';
import type { Label, Phrase } from './phrase.ts';
import { remediationName } from './remediation-names.ts';
import { planWords, requestLine } from './remediation-plan.ts';
import { unfitWords } from './remediation-refusals.ts';
import { progressLine, resultLines } from './remediation-results.ts';

const labels = {
  planning: { en: '⏳ Working the plan out:', zh: '⏳ 正在制定计划：' },
  unfit: { en: '⛔ That fix does not fit here:', zh: '⛔ 该修复不适用：' },
  failed: { en: '⚠️ No plan could be made:', zh: '⚠️ 无法制定计划：' },
  requestedBy: { en: 'Requested by', zh: '申请人' },
  steps: { en: 'Steps:', zh: '步骤：' },
  approvedBy: { en: '👍 Approved by', zh: '👍 批准人' },
  rejectedBy: { en: '🚫 Rejected, nothing was changed. By', zh: '🚫 已拒绝，未做任何修改。操作人' },
  expired: {
    en: '⌛ Not enough approvals came in time, and nothing was changed. Press the same button as before to ask anew.',
    zh: '⌛ 未在有效期内获得足够的批准，未做任何修改。如仍需要，请重新点击原来的按钮。',
  },
  stopAsked: { en: '⏹ No further step begins. Stop was pressed by', zh: '⏹ 不再执行后续步骤。停止人' },
  undoAsked: {
    en: '↩️ Taking it back was asked for; that has a message of its own below.',
    zh: '↩️ 已申请撤销，见下方单独的消息。',
  },
  gap: { en: ' ', zh: '' },
} satisfies Record<string, Label>;

const handedOn: Phrase<[cluster: string]> = {
  en: (cluster) => `⏳ Approved; the remediator of ${quoted(cluster)} has not begun yet.`,
  zh: (cluster) => `⏳ 已获批准，等待集群 ${quoted(cluster)} 的 remediator 开始执行。`,
};

const unanswered: Phrase<[cluster: string, minutes: number]> = {
  en: (cluster, minutes) =>
    `No worker of ${quoted(cluster)} has answered for ${minutes} minutes; \`/cni doctor\` says whether one lives. If a plan still comes, it stands here; else press the same button again.`,
  zh: (cluster, minutes) =>
    `集群 ${quoted(cluster)} 的 worker 已 ${minutes} 分钟没有响应，可用 \`/cni doctor\` 查看其是否在线。若计划稍后生成会显示在此处，否则请重新点击同一按钮。`,
};

const untaken: Phrase<[cluster: string]> = {
  en: (cluster) =>
    `⌛ No remediator of ${quoted(cluster)} took it up in time, and nothing was changed; \`/cni doctor\` says whether one lives. Press the same button as before to ask anew.`,
  zh: (cluster) =>
    `⌛ 集群 ${quoted(cluster)} 的 remediator 未在有效期内开始执行，未做任何修改，可用 \`/cni doctor\` 查看其是否在线。如仍需要，请重新点击原来的按钮。`,
};

type Failure = Extract<PlanEnd, { kind: 'failed' }>['why'];
const failures: Record<Failure, Phrase<[cluster: string]>> = {
  'no-answer': {
    en: (cluster) => `No worker of ${quoted(cluster)} answered, and it was asked for anew.`,
    zh: (cluster) => `集群 ${quoted(cluster)} 的 worker 未响应，已重新申请。`,
  },
  'cluster-unreachable': {
    en: (cluster) => `The worker of ${quoted(cluster)} cannot read the cluster. Ask again when it can.`,
    zh: (cluster) => `集群 ${quoted(cluster)} 的 worker 无法读取集群，恢复后请重新申请。`,
  },
  'diagnosis-gone': {
    en: () => 'The diagnosis that it answers is not kept any more. Press Check again.',
    zh: () => '所依据的诊断已不再保存，请点击“重新检查”。',
  },
  'not-enabled': {
    en: (cluster) => `It is not enabled for ${quoted(cluster)}.`,
    zh: (cluster) => `集群 ${quoted(cluster)} 未启用该修复。`,
  },
  internal: {
    en: () => 'A fault of mine; the log of the worker has it.',
    zh: () => '原因在我这边，详见 worker 日志。',
  },
};

/** `before`: the legs of the diagnosis that it answers; empty: they are not known any more. */
export function proposalDocument(seen: SeenProposal, state: ProposalState, before: Leg[]): Document {
  const { request } = seen.proposal;
  const parts = request ? partsOf(seen, request, state, before) : unplanned(seen.proposal, state).map(text);
  return { parts, abridged: false };
}

function unplanned({ order, end, language }: Proposal, state: ProposalState): Line[] {
  const about = (opening: Label): Line =>
    line(strong(opening[language]), labels.gap[language], remediationName(order.remediation, language));
  if (end?.kind === 'unfit') return [about(labels.unfit), line(unfitWords(end.reason, language))];
  if (end?.kind === 'failed') return [about(labels.failed), line(failures[end.why][language](order.cluster))];
  if (state === 'unanswered')
    return [about(labels.failed), line(unanswered[language](order.cluster, PLAN_PATIENCE_MS / 60_000))];
  return [about(labels.planning), line(`${labels.requestedBy[language]} `, person(order.requestedBy))];
}

function partsOf(
  { proposal, journal }: SeenProposal,
  request: ApprovalRequest,
  state: ProposalState,
  before: Leg[],
): Part[] {
  const { language } = proposal;
  const { plan, terms, approvals, rejected } = request;
  const words = planWords(plan, language);
  const opening = [words.headline, words.facts];
  const asked = requestLine(terms, language);
  const approved = approvals.map((given) => byWhom(labels.approvedBy, given, language));
  const result = resultOf(journal);
  if (result) {
    const after = result.status === 'applied' ? result.verification.legs : [];
    const isAsked = result.status === 'applied' && proposal.undoneBy !== undefined;
    const told = isAsked ? { ...result, undone: 'not-wanted' as const } : result;
    return [
      ...resultLines(plan, told, language).map(text),
      ...comparison(before, after, language),
      ...[words.headline, ...approved].map(text),
      ...(proposal.undoneBy === undefined ? [] : [text(line(labels.undoAsked[language]))]),
    ];
  }
  switch (state) {
    case 'rejected':
      return [...opening, asked, ...(rejected ? [byWhom(labels.rejectedBy, rejected, language)] : [])].map(
        text,
      );
    case 'expired':
      return [...opening, asked, ...approved, line(labels.expired[language])].map(text);
    case 'untaken':
      return [...opening, ...approved, line(untaken[language](terms.cluster))].map(text);
    case 'running': {
      const progress =
        journal.length === 0
          ? line(handedOn[language](terms.cluster))
          : progressLine(plan, journal, language);
      return [...opening, ...approved, progress, ...stopAsked(proposal)].map(text);
    }
    default:
      return [
        ...opening.map(text),
        list(line(strong(labels.steps[language])), true, words.steps),
        ...hazardsPart(words.hazards),
        ...[words.proof, asked, ...approved].map(text),
      ];
  }
}

const text = (shown: Line): Part => ({ kind: 'text', line: shown });
const list = (title: Line, ordered: boolean, items: Line[]): Part => ({
  kind: 'list',
  title,
  ordered,
  items,
});

function hazardsPart([title, ...items]: Line[]): Part[] {
  return title ? [list(title, false, items)] : [];
}

/** What failed before, and what became of it. */
function comparison(before: Leg[], after: Leg[], language: Language): Part[] {
  const table = comparedLegs(before, after, language);
  return table.rows.length === 0 ? [] : [{ kind: 'legs', table }];
}

function byWhom(
  label: Label,
  { by, at, reason }: { by: string; at: string; reason: string },
  language: Language,
): Line {
  const why: (Fragment | string)[] =
    reason === '' ? [] : [': ', { kind: 'text', text: shortened(reason, 200) }];
  return line(`${label[language]} `, person(by), ' · ', time(at), ...why);
}

const stopAsked = ({ stoppedBy, language }: Proposal): Line[] =>
  stoppedBy === undefined ? [] : [line(`${labels.stopAsked[language]} `, person(stoppedBy))];
