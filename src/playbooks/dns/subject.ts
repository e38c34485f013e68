// Whom the question is about: the pod that was named, as found, with its resolver; or the cluster as a whole.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { PodRef, Target } from '../../diagnosis/target.ts';
import { Pod } from '../../probes/api-objects.ts';
import { getObject } from '../../probes/api-reads.ts';
import { type ResolvConf, readPodResolvConf } from '../../probes/resolver-config.ts';
import type { PodPlace } from './legs.ts';

export type DnsSubject =
  /** `unseen`: a pod was named, and may not be read; the cluster is looked at in its place. */
  | { kind: 'cluster'; unseen?: Unavailable }
  | { kind: 'pod'; pod: Pod; place: PodPlace; resolver: Evidence<ResolvConf> }
  | { kind: 'not-running'; pod: string };

export async function readSubject(ask: Ask, target: Target): Promise<DnsSubject> {
  const ref = podOf(target);
  if (!ref) return { kind: 'cluster' };
  const found = await ask(getObject('pods', Pod, ref.name, ref.namespace));
  if (found.status === 'unavailable') return { kind: 'cluster', unseen: found };
  if (!found.value.found) return { kind: 'cluster' };
  const pod = found.value.object;
  if (pod.status.phase !== 'Running') return { kind: 'not-running', pod: `${ref.namespace}/${ref.name}` };
  const place: PodPlace = { node: pod.spec.nodeName, pod: ref, podUid: pod.metadata.uid };
  const resolver = await ask(readPodResolvConf(place.node, ref, place.podUid));
  return { kind: 'pod', pod, place, resolver };
}

function podOf(target: Target): PodRef | undefined {
  if (target.kind === 'pod') return target.pod;
  return target.kind === 'name' ? target.pod : undefined;
}
