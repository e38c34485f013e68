// What one step means in the cluster: whether it is still to be done, is done, or no longer fits what is there; and the change
// that does it. Every patch leaves a mark that names the execution, so that it can be told who did it.

import type { Change, ClusterControl, ObjectRef } from '../cluster/control.ts';
import type { Difference } from './execution.ts';
import { isEqual, mergePatchOf, valueAt, withValueAt } from './json-path.ts';
import { describeObject, isPodReady, isStaying, OwnedPod, WholeObject } from './objects.ts';
import { type ChangingStep, type Condition, sha256, shortDigest } from './plan.ts';

export interface Mark {
  incidentId: string;
  /** Unique for each step of each execution. */
  id: string;
}

const CHANGE_MARK = ['metadata', 'annotations', 'cni-triage/change'];
const INCIDENT_MARK = ['metadata', 'annotations', 'cni-triage/incident'];
const RESTART_MARK = ['spec', 'template', 'metadata', 'annotations', 'cni-triage/restart'];

export type StepState =
  | { state: 'pending'; change: Change }
  /** Its effect is there. */
  | { state: 'effected'; object: string }
  | { state: 'changed'; difference: Difference }
  | { state: 'unreadable'; detail: string };

export async function inspectStep(
  step: ChangingStep,
  mark: Mark,
  control: ClusterControl,
  signal: AbortSignal,
): Promise<StepState> {
  const ref = objectOf(step);
  const reply = await control.read(ref, signal);
  if (reply.status === 'unavailable') return { state: 'unreadable', detail: reply.detail };
  const object = describeObject(ref);
  if (step.kind === 'delete-pod' || step.kind === 'evict-pod') {
    const pod = reply.value === undefined ? undefined : OwnedPod.parse(reply.value);
    return pod?.metadata.uid === step.uid && !isGoing(pod, step)
      ? { state: 'pending', change: removalOf(step) }
      : { state: 'effected', object };
  }
  if (reply.value === undefined) return { state: 'changed', difference: { kind: 'gone', object } };
  const whole = WholeObject.parse(reply.value);
  if (whole.metadata.uid !== step.uid) return { state: 'changed', difference: { kind: 'replaced', object } };
  // It has happened, also where somebody has changed it back since: whether it helped is for the proof to say.
  if (valueAt(whole, CHANGE_MARK) === mark.id) return { state: 'effected', object };
  return step.kind === 'set'
    ? inspectSet(step, mark, whole, object)
    : inspectRestart(step, mark, whole, object);
}

type SetStep = Extract<ChangingStep, { kind: 'set' }>;
type RestartStep = Extract<ChangingStep, { kind: 'restart' }>;
type RemovalStep = Exclude<ChangingStep, SetStep | RestartStep>;

function inspectSet(step: SetStep, mark: Mark, whole: WholeObject, object: string): StepState {
  const actual = valueAt(whole, step.path);
  if (isEqual(actual, step.to)) return { state: 'effected', object };
  if (isEqual(actual, step.from)) {
    const next = marked(withValueAt(whole, step.path, step.to), mark);
    return { state: 'pending', change: patchOf(step.object, whole, next) };
  }
  const [expected, seen] = [step.from, actual].map(brief) as [string, string];
  const path = step.path.join('.');
  return { state: 'changed', difference: { kind: 'value', object, path, expected, actual: seen } };
}

function inspectRestart(step: RestartStep, mark: Mark, whole: WholeObject, object: string): StepState {
  if (valueAt(whole, RESTART_MARK) === mark.id) return { state: 'effected', object };
  const next = marked(withValueAt(whole, RESTART_MARK, mark.id), mark);
  return { state: 'pending', change: patchOf(step.workload, whole, next) };
}

const marked = (object: unknown, { incidentId, id }: Mark): unknown =>
  withValueAt(withValueAt(object, CHANGE_MARK, id), INCIDENT_MARK, incidentId);

const patchOf = (object: ObjectRef, from: WholeObject, to: unknown): Change => ({
  kind: 'patch',
  object,
  resourceVersion: from.metadata.resourceVersion,
  patch: mergePatchOf(from, to) ?? {},
});

const removalOf = ({ kind, pod, uid, ...step }: RemovalStep): Change => ({
  ...{ kind, ...pod, uid },
  ...('graceSeconds' in step && { graceSeconds: step.graceSeconds }),
});

const objectOf = (step: ChangingStep): ObjectRef => {
  switch (step.kind) {
    case 'delete-pod':
    case 'evict-pod':
      return { resource: 'pods', ...step.pod };
    case 'set':
      return step.object;
    case 'restart':
      return step.workload;
  }
};

/** On its way out, and no slower than the step wants it. */
function isGoing({ metadata }: OwnedPod, step: RemovalStep): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  const wanted = step.kind === 'delete-pod' ? step.graceSeconds : undefined;
  return wanted === undefined || (metadata.deletionGracePeriodSeconds ?? 0) <= wanted;
}

const BRIEF = 80;

/** Long values may hold anything, so that only their digest is told. */
function brief(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= BRIEF ? text : `sha256:${shortDigest(sha256(text))}`;
}

/** Undefined: it could not be seen now. */
export async function isMet(
  condition: Condition,
  control: ClusterControl,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  if (condition.kind === 'pods-ready') {
    const listed = await control.listPods(condition, signal);
    if (listed.status === 'unavailable') return undefined;
    const pods = listed.value.map((pod) => OwnedPod.parse(pod));
    const staying = pods.filter(isStaying);
    return staying.length >= condition.count && staying.every(isPodReady);
  }
  const reply = await control.read(condition.workload, signal);
  if (reply.status === 'unavailable' || reply.value === undefined) return undefined;
  return isRolledOut(WholeObject.parse(reply.value), condition.workload.resource === 'daemonsets');
}

/** As `kubectl rollout status` judges it (k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go). */
function isRolledOut(whole: WholeObject, isDaemonSet: boolean): boolean {
  const count = (path: string[]): number => Number(valueAt(whole, path) ?? 0);
  if (count(['status', 'observedGeneration']) < (whole.metadata.generation ?? 0)) return false;
  if (isDaemonSet) {
    const wanted = count(['status', 'desiredNumberScheduled']);
    return (
      count(['status', 'updatedNumberScheduled']) >= wanted && count(['status', 'numberAvailable']) >= wanted
    );
  }
  const wanted = Number(valueAt(whole, ['spec', 'replicas']) ?? 1);
  return (
    count(['status', 'updatedReplicas']) >= wanted &&
    count(['status', 'replicas']) <= count(['status', 'updatedReplicas']) &&
    count(['status', 'availableReplicas']) >= wanted
  );
}
