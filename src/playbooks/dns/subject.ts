// Whom the question is about: the pod that was named, as found, with its resolver; or the cluster as a whole.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { PodRef, Target } from '../../diagnosis/target.ts';
import { Pod } from '../../probes/api-objects.ts';
import { getObject } from '../../probes/api-reads.ts';
import { type ResolvConf, readPodResolvConf } from '../../probes/resolver-config.ts';
import type { PodPlace } from './legs.ts';

export type FoundSubject =
  /** `unseen`: a pod was named, and may not be read; the cluster is looked at in its place. */
  | { kind: 'cluster'; unseen?: Unavailable }
  | { kind: 'pod'; pod: Pod; place: PodPlace }
  | { kind: 'not-running'; pod: string };

/** With the pod's resolv.conf as it sees it. */
export type DnsSubject =
  | Extract<FoundSubject, { kind: 'cluster' }>
  | (Extract<FoundSubject, { kind: 'pod' }> & { resolver: Evidence<ResolvConf> });

export async function findSubject(ask: Ask, target: Target): Promise<FoundSubject> {
  const ref = podOf(target);
  if (!ref) return { kind: 'cluster' };
  const found = await ask(getObject('pods', Pod, ref.name, ref.namespace));
  if (found.status === 'unavailable') return { kind: 'cluster', unseen: found };
  if (!found.value.found) return { kind: 'cluster' };
  const pod = found.value.object;
  if (pod.status.phase !== 'Running') return { kind: 'not-running', pod: `${ref.namespace}/${ref.name}` };
  const place: PodPlace = { node: pod.spec.nodeName, pod: ref, podUid: pod.metadata.uid };
  return { kind: 'pod', pod, place };
}

export async function withResolver(
  ask: Ask,
  subject: Exclude<FoundSubject, { kind: 'not-running' }>,
): Promise<DnsSubject> {
  if (subject.kind === 'cluster') return subject;
  const { node, pod, podUid } = subject.place;
  return { ...subject, resolver: await ask(readPodResolvConf(node, pod, podUid)) };
}

function podOf(target: Target): PodRef | undefined {
  if (target.kind === 'pod') return target.pod;
  return target.kind === 'name' ? target.pod : undefined;
}
