// A plan as people decide about it: what, how risky, what it touches, its steps, what could go wrong, how it is taken back,
// who has to say yes until when. The details hold what does not fit on a phone.

import type { Language } from '../incidents/intent.ts';
import { approvalsNeeded, type Terms } from '../remediation/approval.ts';
import { type Plan, type Risk, type Step, shortDigest } from '../remediation/plan.ts';
import { durationWords } from './durations.ts';
import { code, type Line, line, person, strong, time } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';
import { hazardWords, remediationName, riskNames } from './remediation-names.ts';
import { stepWords } from './remediation-steps.ts';

const labels = {
  proposed: { en: 'Proposed fix:', zh: '建议修复：' },
  takesBack: { en: 'Take back:', zh: '撤销：' },
  risk: { en: 'risk', zh: '风险' },
  touches: { en: 'touches', zh: '影响' },
  hazards: { en: 'What could go wrong:', zh: '可能的影响：' },
  undo: { en: 'undo', zh: '撤销' },
  proof: { en: 'Then the diagnosis that found it is asked again.', zh: '完成后会重新执行发现该问题的诊断。' },
  requestedBy: { en: 'Requested by', zh: '申请人' },
  expires: { en: 'expires', zh: '有效期至' },
  plan: { en: 'plan', zh: '计划' },
  gap: { en: ' ', zh: '' },
} satisfies Record<string, Label>;

const undoWords: Record<'none-needed' | 'automatic' | 'offered', Label> = {
  'none-needed': { en: 'not possible', zh: '不可撤销' },
  automatic: { en: 'by itself, if it does not help', zh: '若无效则自动撤销' },
  offered: { en: 'offered, if it does not help', zh: '若无效可一键申请' },
};

const needs: Phrase<[risk: Risk]> = {
  en: (risk) =>
    ({
      low: 'needs one approval',
      medium: 'needs one approval by somebody else',
      high: `needs ${approvalsNeeded(risk)} approvals by others`,
    })[risk],
  zh: (risk) =>
    ({
      low: '需要 1 人批准',
      medium: '需要 1 名申请人以外的人批准',
      high: `需要 ${approvalsNeeded(risk)} 名申请人以外的人批准`,
    })[risk],
};

const counts: Phrase<[pods: number, workloads: number, others: number, nodes: number]> = {
  en: (pods, workloads, others, nodes) =>
    [
      [pods, 'pod(s)'],
      [workloads, 'workload(s)'],
      [others, 'object(s)'],
      [nodes, 'node(s)'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, what]) => `${count} ${what}`)
      .join(', '),
  zh: (pods, workloads, others, nodes) =>
    [
      [pods, '个 Pod'],
      [workloads, '个工作负载'],
      [others, '个对象'],
      [nodes, '个节点'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, what]) => `${count} ${what}`)
      .join('、'),
};

const moreSteps: Phrase<[count: number]> = {
  en: (count) => `… and ${count} more steps; the details have all of them`,
  zh: (count) => `… 另有 ${count} 步，见详情`,
};

export interface PlanWords {
  headline: Line;
  /** Risk, blast radius, duration, undo. */
  facts: Line;
  /** In order; they are numbered by whoever draws them. */
  steps: Line[];
  hazards: Line[];
  proof: Line;
}

const SHOWN_STEPS = 8;

export function planWords(plan: Plan, language: Language): PlanWords {
  const { touches, undo, risk } = plan;
  const workloads = touches.workloads.length;
  const others = touches.services.length + touches.settings.length;
  const undoKind = undo.kind === 'none-needed' ? undo.kind : undo.automatic ? 'automatic' : 'offered';
  const opening = plan.undoes === undefined ? labels.proposed : labels.takesBack;
  const facts = [
    `${labels.risk[language]} ${riskNames[risk][language]}`,
    `${labels.touches[language]} ${counts[language](touches.pods.length, workloads, others, touches.nodes.length)}`,
    `~${durationWords(plan.durationS * 1000, language)}`,
    `${labels.undo[language]} ${undoWords[undoKind][language]}`,
  ];
  const steps = plan.steps.map((step) => line(stepWords(step, language)));
  const left = steps.length - SHOWN_STEPS;
  return {
    headline: line(
      strong(opening[language]),
      labels.gap[language],
      remediationName(plan.remediation, language),
      ' · ',
      code(plan.cluster),
    ),
    facts: line(facts.join(' · ')),
    steps: left > 0 ? [...steps.slice(0, SHOWN_STEPS), line(moreSteps[language](left))] : steps,
    hazards:
      plan.hazards.length === 0
        ? []
        : [
            line(strong(labels.hazards[language])),
            ...plan.hazards.map((hazard) => line(hazardWords[hazard][language])),
          ],
    proof: line(labels.proof[language]),
  };
}

/** Who asked, how many have to say yes, until when, and by which digest the plan can be told. */
export const requestLine = ({ requestedBy, risk, expiresAt, digest }: Terms, language: Language): Line =>
  line(
    ...[`${labels.requestedBy[language]} `, person(requestedBy), ` · ${needs[language](risk)}`],
    ...[` · ${labels.expires[language]} `, time(expiresAt), ` · ${labels.plan[language]} `],
    code(shortDigest(digest)),
  );

/** All steps in full, with the texts that are replaced: for a file beside the message. */
export function planDetails(plan: Plan, digest: string, language: Language): string {
  const name = remediationName(plan.remediation, language);
  const head = [`${labels.plan[language]} ${digest}`, `${name} · ${plan.cluster}`, ''];
  const steps = plan.steps.flatMap((step, index) => [
    `${index + 1}. ${stepWords(step, language).replaceAll('`', '')}`,
    ...textsOf(step),
  ]);
  return [...head, ...steps, ''].join('\n');
}

function textsOf(step: Step): string[] {
  if (step.kind !== 'set') return [];
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
  const marked = (value: unknown, mark: string): string[] =>
    text(value)
      .split('\n')
      .map((each) => `   ${mark} ${each}`);
  return [...marked(step.from, '-'), ...marked(step.to, '+')];
}
