// How an execution goes on and ends: the line in the thread while it runs, and the result with its proof.

import type { Language } from '../incidents/intent.ts';
import type { ExecutionResult, JournalEntry, UndoEnd } from '../remediation/execution.ts';
import type { Plan } from '../remediation/plan.ts';
import type { Verification } from '../remediation/verify.ts';
import { type Line, line } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';
import { executionRefusalWords, stepFailureWords } from './remediation-refusals.ts';
import { stepWords } from './remediation-steps.ts';

const running: Phrase<[done: number, total: number]> = {
  en: (done, total) => `⏳ Carrying it out: ${done} of ${total} steps are done.`,
  zh: (done, total) => `⏳ 正在执行：已完成 ${done}/${total} 步。`,
};
const checking: Label = {
  en: '⏳ All steps are done; checking again.',
  zh: '⏳ 所有步骤已完成，正在重新检查。',
};
const takingBack: Label = { en: '⏳ It did not help; taking it back.', zh: '⏳ 修复无效，正在撤销。' };

/** What the journal says of a plan that is under way. */
export function progressLine(plan: Plan, journal: readonly JournalEntry[], language: Language): Line {
  if (journal.some((entry) => entry.kind === 'step-intended' && entry.phase === 'undo'))
    return line(takingBack[language]);
  const done = new Set(
    journal.flatMap((entry) => (entry.kind === 'step-done' && entry.phase === 'do' ? [entry.step] : [])),
  ).size;
  const { length } = plan.steps;
  const next = plan.steps[done];
  if (!next) return line(checking[language]);
  return line(running[language](done, length), ' ', stepWords(next, language));
}

const verdicts: Record<Verification['verdict'], Label> = {
  fixed: {
    en: '✅ Done, and it works: the check that failed passes.',
    zh: '✅ 已执行并验证通过：之前失败的检查现已正常。',
  },
  'other-cause': {
    en: '🟡 Done: this fault is gone, and another one is left. The new verdict has it.',
    zh: '🟡 已执行：该故障已消除，但仍有其他故障，见最新结论。',
  },
  'still-failing': { en: '❌ Done, and it still fails.', zh: '❌ 已执行，但检查仍然失败。' },
  unclear: {
    en: '❔ Done; whether it helped could not be told. Check again.',
    zh: '❔ 已执行，但无法确认是否有效，请重新检查。',
  },
};

/** Of a plan that took another one back: that the fault is there again is no surprise then. */
const takenBack: Record<Verification['verdict'], Label> = {
  fixed: {
    en: '↩️ Taken back. The check that had failed passes all the same, for now.',
    zh: '↩️ 已撤销。之前失败的检查目前仍然正常。',
  },
  'other-cause': {
    en: '↩️ Taken back. Another fault is found now; the new verdict has it.',
    zh: '↩️ 已撤销。现在发现的是其他故障，见最新结论。',
  },
  'still-failing': {
    en: '↩️ Taken back; the fault is there again.',
    zh: '↩️ 已撤销，原故障再次出现。',
  },
  unclear: {
    en: '↩️ Taken back; how things stand now could not be told. Check again.',
    zh: '↩️ 已撤销，但无法确认当前状态，请重新检查。',
  },
};

const contained: Label = {
  en: '🛡️ Done: it spreads no further that way. The fault itself is still there.',
  zh: '🛡️ 已执行：可防止影响扩大，但故障本身仍然存在。',
};

const undoEnds: Record<UndoEnd, Label | undefined> = {
  'none-needed': undefined,
  'not-wanted': undefined,
  offered: { en: 'It can be taken back: press Undo.', zh: '可以撤销：点击“撤销”。' },
  done: { en: 'It was taken back.', zh: '已自动撤销。' },
  failed: {
    en: '⚠️ Taking it back did not work either; a person has to look.',
    zh: '⚠️ 撤销也未成功，需要人工处理。',
  },
};

const refused: Label = { en: '⛔ Refused, nothing was changed.', zh: '⛔ 已拒绝，未做任何修改。' };

const brokeOff: Phrase<[step: number, total: number, done: number]> = {
  en: (step, total, done) =>
    `❌ It broke off at step ${step} of ${total}; ${done} step(s) were done and stay so.`,
  zh: (step, total, done) => `❌ 在第 ${step}/${total} 步中断，已完成的 ${done} 步保持不变。`,
};

const stopped: Record<'stopped' | 'deadline', Phrase<[step: number, total: number, done: number]>> = {
  stopped: {
    en: (step, total, done) =>
      `⏹ Stopped before step ${step} of ${total} ended; ${done} step(s) were done and stay so.`,
    zh: (step, total, done) => `⏹ 已在第 ${step}/${total} 步停止，已完成的 ${done} 步保持不变。`,
  },
  deadline: {
    en: (step, total, done) =>
      `⏹ It took too long and was stopped at step ${step} of ${total}; ${done} step(s) were done.`,
    zh: (step, total, done) => `⏹ 执行超时，停在第 ${step}/${total} 步，已完成 ${done} 步。`,
  },
};

/** The first line is enough on a phone. */
export function resultLines(plan: Plan, result: ExecutionResult, language: Language): Line[] {
  const { length } = plan.steps;
  switch (result.status) {
    case 'refused':
      return [line(refused[language], ' ', executionRefusalWords(result.refusal, language))];
    case 'stopped':
      return [line(stopped[result.why][language](result.step + 1, length, result.done.length))];
    case 'failed':
      return [
        line(brokeOff[language](result.step + 1, length, result.done.length)),
        line(stepFailureWords(result.failure, language)),
      ];
    case 'applied': {
      const undone = undoEnds[result.undone];
      return [
        line(appliedWords(plan, result.verification.verdict)[language]),
        ...(undone ? [line(undone[language])] : []),
      ];
    }
  }
}

function appliedWords({ undoes, aim }: Plan, verdict: Verification['verdict']): Label {
  if (undoes !== undefined) return takenBack[verdict];
  return aim === 'contain' && verdict === 'still-failing' ? contained : verdicts[verdict];
}
