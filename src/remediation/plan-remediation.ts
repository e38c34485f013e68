// Makes a plan of what a remediation drafts: names what it touches, how it is taken back, which diagnosis proves it, and
// refuses what is beyond the remediation's own rules. Reads through `ask`; decides nothing about approval.

import type { ObjectRef } from '../cluster/control.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { describeObject } from './objects.ts';
import { canonicalJson, type Plan, type Step } from './plan.ts';
import { type AutomaticRemediation, causeOf, type PlanContext, type Unfit, unfit } from './remediation.ts';
import { beyondRules } from './step-rights.ts';

export interface PlanRequest extends Omit<PlanContext, 'facts' | 'finding'> {
  remediation: AutomaticRemediation;
  diagnosis: Diagnosis;
  finding: Finding;
  incidentId: string;
}

// A person has to read them all before saying yes.
const MAX_STEPS = 60;
// How much longer than usual it may take before it is stopped; one wait may always last to its end.
const PATIENCE = 3;
const SPARE_S = 60;
// With what was broken before, pods may never get ready again: that is told soon, and not after a roll-out's whole time.
const BACK_S = 60;

const deadlineOf = (durationS: number, steps: readonly Step[]): number =>
  Math.max(durationS * PATIENCE, longestWaitS(steps) + SPARE_S);

/** A roll-out over many nodes takes longer than one over a few. */
const withPatience = (steps: Step[], durationS: number): Step[] =>
  steps.map((step) =>
    isRollout(step) ? { ...step, timeoutS: Math.max(step.timeoutS, durationS * PATIENCE) } : step,
  );

/**
 * Whether everything that people are not shown step by step (how it is taken back, what it touches, how long it may take) is
 * what its steps say. A worker that was taken over may claim anything.
 */
export function followsFromSteps(plan: Plan): boolean {
  const { steps, durationS, undo, undoes } = plan;
  const automatic = undo.kind === 'steps' && undo.automatic;
  const said = canonicalJson([plan.touches, plan.deadlineS, undo]);
  const due = [
    touchedBy(steps),
    deadlineOf(durationS, steps),
    undoes === undefined ? undoOf(steps, durationS, automatic) : { kind: 'none-needed' },
  ];
  return steps.length <= MAX_STEPS && said === canonicalJson(due);
}

export async function planRemediation(
  request: PlanRequest,
): Promise<{ status: 'planned'; plan: Plan } | Unfit> {
  const { remediation, diagnosis, finding, scope } = request;
  const { ask, healthy, at } = request;
  if (remediation.suits?.(finding) === false)
    return unfit({ kind: 'other-cause', cause: causeOf(finding) ?? finding.code });
  const drafted = await remediation.plan({ finding, facts: diagnosis.facts, scope, ask, healthy, at });
  if (drafted.status === 'unfit') return drafted;
  const { durationS } = drafted;
  const steps = withPatience(drafted.steps, durationS);
  if (steps.length === 0) return unfit({ kind: 'nothing-to-do' });
  if (steps.length > MAX_STEPS) return unfit({ kind: 'too-many', count: steps.length, limit: MAX_STEPS });
  const beyond = beyondRules(steps, remediation.rules(scope));
  if (beyond) return unfit({ kind: 'beyond-scope', namespace: beyond.namespace ?? '' });
  return {
    status: 'planned',
    plan: {
      planVersion: 1,
      remediation: remediation.id,
      risk: remediation.risk,
      aim: remediation.aim ?? 'mend',
      cluster: diagnosis.cluster,
      incidentId: request.incidentId,
      diagnosisId: diagnosis.id,
      finding: {
        code: finding.code,
        subject: { ...finding.subject },
        advisory: finding.advisory,
        ...(finding.node !== undefined && { node: finding.node }),
      },
      plannedAt: at,
      steps,
      touches: touchedBy(steps),
      durationS,
      deadlineS: deadlineOf(durationS, steps),
      hazards: drafted.hazards,
      verify: {
        playbook: diagnosis.playbook,
        target: diagnosis.target,
        probes: [...new Set(finding.evidence.map(({ probe }) => probe))],
        successors: drafted.successors ?? [],
      },
      undo: undoOf(steps, durationS, drafted.undoAutomatically ?? false),
    },
  };
}

/** The plan that takes back what was set, with the same proof; undefined when there is nothing to take back. */
export function planUndo(plan: Plan, digest: string, done: readonly number[], at: string): Plan | undefined {
  const undo = undoOf(
    plan.steps.filter((step, index) => step.kind === 'await' || done.includes(index)),
    plan.durationS,
    false,
  );
  if (undo.kind === 'none-needed') return undefined;
  return {
    ...plan,
    plannedAt: at,
    undoes: digest,
    steps: undo.steps,
    touches: touchedBy(undo.steps),
    deadlineS: deadlineOf(plan.durationS, undo.steps),
    // What only the cordon itself does, its end does not.
    hazards: plan.hazards.filter((hazard) => hazard !== 'no-new-pods-on-node'),
    undo: { kind: 'none-needed' },
  };
}

const isRollout = (step: Step): step is Extract<Step, { kind: 'await' }> =>
  step.kind === 'await' && step.condition.kind === 'rolled-out';

const longestWaitS = (steps: readonly Step[]): number =>
  Math.max(0, ...steps.map((step) => (step.kind === 'await' ? step.timeoutS : 0)));

/** What was set is set back, the last first; then what was waited for is waited for again. A new pod stays new. */
function undoOf(steps: readonly Step[], durationS: number, automatic: boolean): Plan['undo'] {
  const sets = steps.flatMap((step) => (step.kind === 'set' ? [step] : []));
  if (sets.length === 0) return { kind: 'none-needed' };
  const back = sets.toReversed().map((step): Step => ({ ...step, from: step.to, to: step.from }));
  const restarts = steps.filter((step) => step.kind === 'restart');
  const timeoutS = Math.max(BACK_S, durationS * PATIENCE);
  const rollouts = steps.flatMap((step) => (isRollout(step) ? [{ ...step, timeoutS }] : []));
  return { kind: 'steps', steps: [...back, ...restarts, ...rollouts], automatic };
}

function touchedBy(steps: readonly Step[]): Plan['touches'] {
  const objects = steps.map(objectOf).filter((object) => object !== undefined);
  const nodesOfPods = steps.flatMap((step) =>
    (step.kind === 'delete-pod' || step.kind === 'evict-pod') && step.node !== '' ? [step.node] : [],
  );
  const names = (resource: ObjectRef['resource']): string[] =>
    objects
      .filter((object) => object.resource === resource)
      .map(({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`));
  return {
    pods: distinct(names('pods')),
    nodes: distinct([...names('nodes'), ...nodesOfPods]),
    services: distinct(names('services')),
    settings: distinct(objects.filter(({ resource }) => resource === 'configmaps').map(describeObject)),
    workloads: distinct(
      objects
        .filter(({ resource }) => resource === 'deployments' || resource === 'daemonsets')
        .map(describeObject),
    ),
  };
}

function objectOf(step: Step): ObjectRef | undefined {
  switch (step.kind) {
    case 'delete-pod':
    case 'evict-pod':
      return { resource: 'pods', ...step.pod };
    case 'set':
      return step.object;
    case 'restart':
      return step.workload;
    case 'await':
      return undefined;
  }
}

const distinct = (items: string[]): string[] => [...new Set(items)];
