// A pod that is an endpoint of a Service and is sent to itself by it: its packets have to leave the bridge by the port they
// came in, which a bridge does only where it is told to. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { NodeNetwork } from '../nodes/node-network.ts';
import type { PodNetwork } from '../pods/pod-network.ts';
import { linkOf, nodeEndOf } from '../pods/pod-wiring.ts';
import { serviceCodes } from './service-codes.ts';

/** Undefined: its port lets packets back, or is none of a bridge. */
export function checkHairpin(
  service: string,
  pod: PodNetwork,
  node: NodeNetwork,
  proof: Evidence<unknown>[],
): Finding | undefined {
  const link = linkOf(pod);
  const end = link && nodeEndOf(link, node);
  if (end?.master === undefined || end.bridgePort === undefined || end.bridgePort.hairpin) return undefined;
  const { namespace, name } = pod.vantage.pod;
  return {
    code: 'service.hairpin-broken',
    ...serviceCodes['service.hairpin-broken'],
    params: { service, pod: `${namespace}/${name}`, interface: end.name, bridge: end.master },
    subject: { kind: 'node', name: node.name },
    node: node.name,
    confidence: proof.length > 0 ? 'proven' : 'likely',
    advisory: proof.length === 0,
    evidence: [node.interfaces, pod.interfaces, ...proof],
    explains: [],
    remediations: [],
  };
}
