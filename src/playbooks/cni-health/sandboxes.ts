// Pods that get no network now, and what the kubelet says of them. Old events are no evidence: a pod counts when it is still
// there, is the one that the event is about, and has no sandbox yet.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { KubernetesEvent, Pod } from '../../probes/api-objects.ts';
import { getObject, type Lookup, listObjects } from '../../probes/api-reads.ts';
import { readSandboxError, type SandboxError } from '../../probes/sandbox-errors.ts';
import { hasNoSandbox, SANDBOX_REASONS } from '../branches/pods/pod-state.ts';

export interface FailingPod {
  pod: Pod;
  node: string;
  error: SandboxError;
  evidence: Evidence<unknown>[];
}

// The cause is one and the same for many pods; a dozen shows each cause of a bad day.
const MAX_PODS = 12;

export async function findFailingPods(
  ask: Ask,
  named: (node: string) => boolean,
): Promise<{ failing: FailingPod[]; unseen: Unavailable[] }> {
  const listed = await Promise.all(
    SANDBOX_REASONS.map((reason) =>
      ask(listObjects('events', KubernetesEvent, { fieldSelector: `reason=${reason}` })),
    ),
  );
  const latest = latestByPod(listed);
  const looked = await Promise.all(
    latest.slice(0, MAX_PODS).map(async ({ event, list }) => {
      const { name, namespace } = event.involvedObject;
      return { event, list, pod: await ask(getObject('pods', Pod, name, namespace)) };
    }),
  );
  return {
    failing: looked.flatMap(({ event, list, pod }) => {
      const still = stillWithout(pod, event);
      return still && named(still.spec.nodeName)
        ? [
            {
              pod: still,
              node: still.spec.nodeName,
              error: readSandboxError(event.message),
              evidence: [list, pod],
            },
          ]
        : [];
    }),
    unseen: [...listed, ...looked.map(({ pod }) => pod)].filter((each) => each.status === 'unavailable'),
  };
}

function latestByPod(lists: Evidence<KubernetesEvent[]>[]) {
  const all = lists.flatMap((list) =>
    list.status === 'observed' ? list.value.map((event) => ({ event, list })) : [],
  );
  const time = ({ event }: (typeof all)[number]): string => event.lastTimestamp ?? '';
  const sorted = all.toSorted((a, b) => (time(a) < time(b) ? 1 : -1));
  return sorted.filter(
    ({ event }, at) =>
      sorted.findIndex((other) => other.event.involvedObject.uid === event.involvedObject.uid) === at,
  );
}

function stillWithout(pod: Evidence<Lookup<Pod>>, { involvedObject }: KubernetesEvent): Pod | undefined {
  if (pod.status === 'unavailable' || !pod.value.found) return undefined;
  const { object } = pod.value;
  const { uid, deletionTimestamp } = object.metadata;
  return uid === involvedObject.uid && deletionTimestamp === undefined && hasNoSandbox(object)
    ? object
    : undefined;
}
