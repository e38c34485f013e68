// Why a remediation does not fit, why a decision does not count, why an execution was refused or broke off: one clear sentence
// each. Whatever comes from outside stands between backticks and is shortened.

import type { Language } from '../incidents/intent.ts';
import type { DecisionRefusal } from '../remediation/approval.ts';
import type { Difference, ExecutionRefusal, StepFailure } from '../remediation/execution.ts';
import type { UnfitReason } from '../remediation/remediation.ts';
import { plain, quoted, shortened, time } from './fragment.ts';
import { unavailableWords } from './interface.ts';
import type { Phrase } from './phrase.ts';
import { remediationName, riskNames } from './remediation-names.ts';

type Sentences<U extends { kind: string }> = {
  [K in U['kind']]: Phrase<[Extract<U, { kind: K }>]>;
};

/** The entries take their own kind; whoever looks one up by kind has that kind at hand. */
const say = <U extends { kind: string }>(sentences: Sentences<U>, subject: U, language: Language): string =>
  (sentences as unknown as Record<string, Phrase<[U]>>)[subject.kind]?.[language](subject) ?? subject.kind;

const foreign = (text: string): string => quoted(shortened(text, 200));
const clock = (at: string): string => plain([time(at)]);
const objectOf = ({ namespace, name }: { namespace?: string | undefined; name: string }): string =>
  foreign(namespace === undefined ? name : `${namespace}/${name}`);

const unfit: Sentences<UnfitReason> = {
  'other-cause': {
    en: ({ cause }) => `It does not mend this cause (${foreign(cause)}).`,
    zh: ({ cause }) => `不适用于该原因（${foreign(cause)}）。`,
  },
  'no-snapshot': {
    en: ({ object }) => `No healthy value of ${objectOf(object)} was kept, so there is nothing to put back.`,
    zh: ({ object }) => `没有保存过 ${objectOf(object)} 的正常值，无法恢复。`,
  },
  'already-so': {
    en: ({ object }) => `${objectOf(object)} already is as the fix would make it.`,
    zh: ({ object }) => `${objectOf(object)} 已经是修复后的状态。`,
  },
  'object-missing': {
    en: ({ object }) => `${objectOf(object)} does not exist.`,
    zh: ({ object }) => `${objectOf(object)} 不存在。`,
  },
  unreadable: {
    en: ({ what, reason }) => `${foreign(what)} could not be read: ${unavailableWords[reason].en}.`,
    zh: ({ what, reason }) => `无法读取 ${foreign(what)}：${unavailableWords[reason].zh}。`,
  },
  'unowned-pod': {
    en: ({ pod }) => `Nobody would make pod ${foreign(pod)} anew.`,
    zh: ({ pod }) => `Pod ${foreign(pod)} 没有控制器，删除后不会重建。`,
  },
  'owner-not-simple': {
    en: ({ pod, owner }) => `Pod ${foreign(pod)} belongs to ${foreign(owner)}, which I do not touch.`,
    zh: ({ pod, owner }) => `Pod ${foreign(pod)} 属于 ${foreign(owner)}，不会自动处理。`,
  },
  'last-one': {
    en: ({ name }) => `${foreign(name)} is the last one that could serve.`,
    zh: ({ name }) => `${foreign(name)} 是最后一个可用的。`,
  },
  'no-single-candidate': {
    en: ({ candidates }) =>
      candidates.length === 0
        ? 'No value is sure to be right.'
        : `More than one value could be right: ${foreign(candidates.join(', '))}.`,
    zh: ({ candidates }) =>
      candidates.length === 0
        ? '无法确定正确的值。'
        : `可能的值不止一个：${foreign(candidates.join('、'))}。`,
  },
  'on-delete': {
    en: ({ workload }) =>
      `${foreign(workload)} replaces its pods only when somebody deletes them (OnDelete).`,
    zh: ({ workload }) => `${foreign(workload)} 的更新策略为 OnDelete，不会自动滚动。`,
  },
  'beyond-scope': {
    en: ({ namespace }) => `I am not allowed to change anything in ${foreign(namespace)}.`,
    zh: ({ namespace }) => `没有修改 ${foreign(namespace)} 的授权。`,
  },
  'too-many': {
    en: ({ count, limit }) => `It would take ${count} steps or pods; more than ${limit} are for people.`,
    zh: ({ count, limit }) => `涉及 ${count} 项，超过 ${limit} 项需人工处理。`,
  },
  'nothing-to-do': { en: () => 'There is nothing that it could do.', zh: () => '没有可执行的操作。' },
};

const decisions: Sentences<DecisionRefusal> = {
  expired: {
    en: ({ expiresAt }) => `The request expired at ${clock(expiresAt)}. Request it again.`,
    zh: ({ expiresAt }) => `该申请已于 ${clock(expiresAt)} 过期，请重新申请。`,
  },
  'already-decided': {
    en: ({ state }) => `It was ${state} before.`,
    zh: ({ state }) => (state === 'approved' ? '该申请此前已获批准。' : '该申请此前已被拒绝。'),
  },
  'other-plan': {
    en: () => 'That button belongs to another plan. Use the newest message.',
    zh: () => '该按钮属于另一个计划，请使用最新的消息。',
  },
  altered: {
    en: () =>
      'What is stored is not what was requested: somebody altered it. Nothing is done; tell your security team.',
    zh: () => '存储的内容与申请时不一致，可能被篡改。未执行任何操作，请联系安全团队。',
  },
  inactive: { en: () => 'That account is deactivated.', zh: () => '该账号已停用。' },
  'not-allowed': {
    en: ({ risk }) => `You may not decide about fixes of ${riskNames[risk].en} risk here.`,
    zh: ({ risk }) => `你没有审批此处${riskNames[risk].zh}风险修复的权限。`,
  },
  'own-request': {
    en: () => 'You asked for it, so somebody else has to approve.',
    zh: () => '不能批准自己的申请，请由他人批准。',
  },
  'approved-before': {
    en: () => 'You have approved it already; it needs a second person.',
    zh: () => '你已批准过，还需另一人批准。',
  },
  'reason-missing': { en: () => 'Say why: a reason is required.', zh: () => '请填写理由。' },
};

const differences: Sentences<Difference> = {
  gone: {
    en: ({ object }) => `${foreign(object)} is gone`,
    zh: ({ object }) => `${foreign(object)} 已不存在`,
  },
  replaced: {
    en: ({ object }) => `${foreign(object)} is another object by now`,
    zh: ({ object }) => `${foreign(object)} 已被同名新对象取代`,
  },
  'already-so': {
    en: ({ object }) => `${foreign(object)} was changed or replaced by somebody else`,
    zh: ({ object }) => `${foreign(object)} 已被其他人修改或替换`,
  },
  value: {
    en: ({ object, path, expected, actual }) =>
      `${foreign(path)} of ${foreign(object)} is ${foreign(actual)}, and was ${foreign(expected)}`,
    zh: ({ object, path, expected, actual }) =>
      `${foreign(object)} 的 ${foreign(path)} 现为 ${foreign(actual)}，计划时为 ${foreign(expected)}`,
  },
};

const failures: Sentences<StepFailure> = {
  changed: {
    en: ({ difference }) => `${say(differences, difference, 'en')}.`,
    zh: ({ difference }) => `${say(differences, difference, 'zh')}。`,
  },
  blocked: {
    en: ({ detail }) => `A PodDisruptionBudget does not allow it: ${foreign(detail)}`,
    zh: ({ detail }) => `PodDisruptionBudget 不允许：${foreign(detail)}`,
  },
  refused: {
    en: ({ detail }) => `The API server refused it: ${foreign(detail)}`,
    zh: ({ detail }) => `API server 拒绝：${foreign(detail)}`,
  },
  unreachable: {
    en: ({ detail }) => `The API server does not answer: ${foreign(detail)}`,
    zh: ({ detail }) => `API server 无响应：${foreign(detail)}`,
  },
  'not-ready': {
    en: ({ waitedS }) => `What was replaced did not get ready within ${waitedS} s.`,
    zh: ({ waitedS }) => `被替换的对象在 ${waitedS} 秒内未就绪。`,
  },
};

const executions: Sentences<ExecutionRefusal> = {
  malformed: { en: () => 'It is no plan that I know.', zh: () => '无法识别该计划。' },
  forged: {
    en: () => 'Its approval does not verify: plan or approval were altered. Tell your security team.',
    zh: () => '批准签名校验失败，计划或批准可能被篡改，请联系安全团队。',
  },
  'not-approved': { en: () => 'It lacks approvals.', zh: () => '批准人数不足。' },
  'other-cluster': {
    en: ({ cluster }) => `It is for cluster ${foreign(cluster)}.`,
    zh: ({ cluster }) => `该计划属于集群 ${foreign(cluster)}。`,
  },
  expired: {
    en: ({ expiresAt }) => `Its approval expired at ${clock(expiresAt)}.`,
    zh: ({ expiresAt }) => `批准已于 ${clock(expiresAt)} 过期。`,
  },
  'not-enabled': {
    en: ({ remediation }) => `"${remediationName(remediation, 'en')}" is not enabled in this cluster.`,
    zh: ({ remediation }) => `该集群未启用“${remediationName(remediation, 'zh')}”。`,
  },
  'beyond-rules': {
    en: ({ verb, resource, namespace }) =>
      `It holds a step that this fix has no business with: ${foreign(`${verb} ${resource} ${namespace}`)}.`,
    zh: ({ verb, resource, namespace }) =>
      `包含超出该修复范围的步骤：${foreign(`${verb} ${resource} ${namespace}`)}。`,
  },
  busy: {
    en: () => 'Another fix is under way in this cluster.',
    zh: () => '该集群正在执行另一个修复。',
  },
  changed: {
    en: (refusal) =>
      `The plan no longer fits: ${refusal.differences.map((each) => say(differences, each, 'en')).join('; ')}.`,
    zh: (refusal) =>
      `计划已不适用：${refusal.differences.map((each) => say(differences, each, 'zh')).join('；')}。`,
  },
  rejected: {
    en: ({ step, failure }) => `The rehearsal of step ${step + 1} failed. ${say(failures, failure, 'en')}`,
    zh: ({ step, failure }) => `第 ${step + 1} 步预演失败。${say(failures, failure, 'zh')}`,
  },
};

export const unfitWords = (reason: UnfitReason, language: Language): string => say(unfit, reason, language);
export const decisionRefusalWords = (refusal: DecisionRefusal, language: Language): string =>
  say(decisions, refusal, language);
export const executionRefusalWords = (refusal: ExecutionRefusal, language: Language): string =>
  say(executions, refusal, language);
export const stepFailureWords = (failure: StepFailure, language: Language): string =>
  say(failures, failure, language);
