// The endpoints of a Service over a protocol where nobody has to answer: whether they are reached at all, listen, and are not
// shut off by a rule is all that can be seen of them.

import type { Facts } from '../../../diagnosis/facts.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { onceEach } from '../examine-ways.ts';
import type { Examined } from '../examined.ts';
import { examineFlowToPod } from '../flow-to-pod.ts';
import type { SeenService } from './service-seen.ts';

// Each is examined hop by hop.
const MAX_EXAMINED = 3;

export async function examineEndpointsOverUdp(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  { view, from, endpoints }: SeenService,
): Promise<Omit<Examined, 'traffic'>> {
  const { protocol } = view;
  if (protocol === 'tcp') return { legs: [], findings: [], unchecked: [] };
  const ends = endpoints.flatMap(({ pod, port }) => {
    const to = view.pods.find(({ metadata }) => metadata.name === pod);
    return to ? [{ to, port }] : [];
  });
  const examined = await Promise.all(
    ends.slice(0, MAX_EXAMINED).map((end) => examineFlowToPod(ask, facts, cni, { from, ...end, protocol })),
  );
  return {
    legs: examined.flatMap(({ legs }) => legs.slice(0, 1)),
    findings: onceEach(examined.flatMap(({ findings }) => findings)),
    unchecked: examined.flatMap(({ unchecked }) => unchecked),
  };
}
