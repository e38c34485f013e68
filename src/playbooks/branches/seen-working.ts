// What passing traffic proves: a pod through whose cable anything went has a cable, a node that switched or routed
// anything does that. Whoever was seen working is no suspect for what would have stopped it. Pure.

import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { type Attempt, arrivesAt } from './reach.ts';
import type { Suspect } from './suspect.ts';

export interface SeenWorking {
  /** `namespace/name` of pods through whose cable something went both ways. */
  pods: Set<string>;
  /** Nodes that carried something between their own pods, or between one and themselves. */
  inside: Set<string>;
  /** Nodes that carried something between one of their pods and the world beyond. */
  beyond: Set<string>;
}

export function seenWorking(attempts: Attempt[]): SeenWorking {
  const seen: SeenWorking = { pods: new Set(), inside: new Set(), beyond: new Set() };
  for (const attempt of attempts.filter((each) => arrivesAt(each) === 'reached')) {
    const { from, end } = attempt;
    const pods = [podOf(from), end?.pod].filter((pod) => pod !== undefined);
    // What a pod sends itself stays on its loopback.
    if (pods.length === 2 && pods[0] === pods[1]) continue;
    for (const pod of pods) seen.pods.add(pod);
    if (pods.length === 0) continue;
    if (end?.node === from.node) seen.inside.add(from.node);
    else for (const node of [from.node, end?.node ?? from.node]) seen.beyond.add(node);
  }
  return seen;
}

/** Whether something was seen to work that this suspect would have stopped. */
export function isInnocent({ finding, breaks }: Suspect, seen: SeenWorking): boolean {
  const { kind, namespace, name = '' } = finding.subject;
  if (kind === 'pod') return breaks === 'both' && seen.pods.has(`${namespace}/${name}`);
  if (kind !== 'node') return false;
  const [local, routed] = [seen.inside.has(name), seen.beyond.has(name)];
  return { local, beyond: routed, both: local || routed }[breaks];
}

const podOf = (vantage: NetworkVantage): string | undefined =>
  vantage.kind === 'pod' ? `${vantage.pod.namespace}/${vantage.pod.name}` : undefined;
