// The proof: the diagnosis that found the fault is asked again, and the two are compared. Names of pods that the plan replaced
// are exchanged for those of their successors first.

import type { ClusterControl } from '../cluster/control.ts';
import { type Diagnosis, type DiagnosisRequest, verdictOf } from '../diagnosis/diagnosis.ts';
import type { Leg } from '../diagnosis/playbook.ts';
import type { PodRef, Target } from '../diagnosis/target.ts';
import { isPodReady, OwnedPod } from './objects.ts';
import type { Plan } from './plan.ts';

export interface Verification {
  /**
   * `fixed`: no fault is found any more. `other-cause`: this one is gone, and another one is found. `unclear`: the diagnosis
   * ended without a verdict, or did not end.
   */
  verdict: 'fixed' | 'other-cause' | 'still-failing' | 'unclear';
  /** Absent: it could not be asked. */
  diagnosisId?: string;
  /** The rows of its table, to stand beside those of before; empty: it has none. */
  legs: Leg[];
}

/** Runs the diagnosis; undefined: it did not end in one. Equal ids are one diagnosis. */
export type DiagnoseAgain = (
  request: DiagnosisRequest,
  signal: AbortSignal,
) => Promise<Diagnosis | undefined>;

export async function verifyPlan(
  plan: Plan,
  id: string,
  ports: { control: ClusterControl; diagnose: DiagnoseAgain },
  signal: AbortSignal,
): Promise<Verification> {
  const target = await successorTarget(plan, ports.control, signal);
  const { playbook } = plan.verify;
  const diagnosis = await ports.diagnose({ id, cluster: plan.cluster, playbook, target }, signal);
  if (!diagnosis) return { verdict: 'unclear', legs: [] };
  return {
    verdict: judge(plan, diagnosis),
    diagnosisId: diagnosis.id,
    legs: diagnosis.outcomes.flatMap(({ legs }) => legs),
  };
}

function judge({ finding }: Plan, diagnosis: Diagnosis): Verification['verdict'] {
  const all = [...diagnosis.findings, ...(diagnosis.explained ?? [])];
  // By code and place: a crashing pod has another name after its restart.
  const remains = all.some(
    ({ code, node, advisory }) =>
      code === finding.code && node === finding.node && (finding.advisory || !advisory),
  );
  if (remains) return 'still-failing';
  const verdict = verdictOf(diagnosis);
  if (verdict === 'cleared') return 'fixed';
  return verdict === 'root-cause' ? 'other-cause' : 'unclear';
}

async function successorTarget(plan: Plan, control: ClusterControl, signal: AbortSignal): Promise<Target> {
  let target = plan.verify.target as Target;
  for (const { pod, labelSelector } of plan.verify.successors) {
    const { namespace } = pod;
    const listed = await control.listPods({ namespace, labelSelector }, signal);
    if (listed.status === 'unavailable') continue;
    const pods = listed.value.map((each) => OwnedPod.parse(each)).filter(isPodReady);
    const newest = pods
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .toSorted((a, b) =>
        (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
      )[0];
    if (newest) target = withPod(target, pod, { namespace, name: newest.metadata.name });
  }
  return target;
}

function withPod(target: Target, from: PodRef, to: PodRef): Target {
  const exchange = (pod: PodRef): PodRef =>
    pod.namespace === from.namespace && pod.name === from.name ? to : pod;
  switch (target.kind) {
    case 'pod':
      return { ...target, pod: exchange(target.pod) };
    case 'name':
      return target.pod ? { ...target, pod: exchange(target.pod) } : target;
    case 'flow':
      return {
        ...target,
        from: target.from.kind === 'pod' ? { ...target.from, pod: exchange(target.from.pod) } : target.from,
        to: target.to.kind === 'pod' ? { ...target.to, pod: exchange(target.to.pod) } : target.to,
      };
    default:
      return target;
  }
}
