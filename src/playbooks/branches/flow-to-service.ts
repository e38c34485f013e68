// Traffic to a Service: its object, its endpoints one by one, and the rules of the sender's node that lead to them.
//
//   there is no such Service, or no such port of it ......... service.missing
//   it is another name's alias .............................. nothing to try
//   the Service's address, several times; each endpoint, from here and from its own node; the node's rules and kube-proxy:
//   all in one turn
//   nobody is behind it
//     ├─ its selector fits no pod ........................... service.selector-matches-nothing
//     ├─ the target port's name is no pod's ................. service.target-port-mismatch
//     ├─ the network keeps its pods from being ready ........ pod.* | node.*
//     └─ its pods are not ready, or there are none .......... service.no-ready-endpoints
//   only local endpoints count, and there is none here ...... service.traffic-policy-no-local-endpoint
//   an endpoint does not answer
//     ├─ none of its pods listens there, all do elsewhere ... service.target-port-mismatch
//     ├─ the way to it is broken ............................ pod.* | node.*
//     └─ else ............................................... service.dead-endpoint
//   the Service fails and endpoints answer
//     ├─ the node's rules lead nowhere, or elsewhere ........ service.not-programmed | node.kube-proxy-down
//     ├─ the sender is sent to itself, and not let back ..... service.hairpin-broken
//     └─ else ............................................... unexplained here: the sender's half of the way
//   all of it passes, and kube-proxy does not run ........... advice: node.kube-proxy-down

import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Protocol } from '../../diagnosis/target.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { Examined } from './examined.ts';
import { explainAbsence } from './services/absent-service.ts';
import { explainDeadEndpoints, spared } from './services/dead-endpoints.ts';
import { isAlive, isDead } from './services/endpoint-ways.ts';
import { examineEndpointsOverUdp } from './services/endpoints-over-udp.ts';
import { explainMissingEndpoints } from './services/missing-endpoints.ts';
import { explainServicePath, proofOf, resultsOf, worstOf } from './services/service-path.ts';
import { legsOf, type SeenService, seeService, unseenOf } from './services/service-seen.ts';
import type { TriesResult } from './services/service-tries.ts';
import { findService } from './services/service-view.ts';

export interface FlowToService {
  from: NetworkVantage;
  namespace: string;
  name: string;
  /** The Service's port; absent: its first one of that protocol. */
  port?: number;
  protocol: Protocol;
}

export async function examineFlowToService(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  flow: FlowToService,
): Promise<Examined> {
  const { from } = flow;
  const question = { ...flow, node: facts.nodes.find(({ name }) => name === from.node) };
  const found = await findService(ask, question);
  if (found.kind !== 'found') return explainAbsence(ask, from, question, found);
  const { view } = found;

  const seen = await seeService(ask, facts, cni, from, view);
  const proof = proofOf(seen);
  const hasNobody = view.endpoints.length === 0 && view.askedPort !== undefined;
  const [missing, dead, untestable] = await Promise.all([
    hasNobody ? explainMissingEndpoints(ask, facts, cni, view, proof) : undefined,
    explainDeadEndpoints(ask, facts, cni, from, view, seen.tried),
    examineEndpointsOverUdp(ask, facts, cni, seen),
  ]);
  const path = explainServicePath(seen);

  const tried = triedTraffic(seen);
  const behind = missing?.findings ?? spared(dead.findings, tried === 'passes' ? path.targets : undefined);
  const fails = behind.some(({ code, advisory }) => !advisory && code === 'service.dead-endpoint');
  return {
    traffic: tried === 'passes' && fails ? 'lossy' : tried,
    legs: [...legsOf(seen), ...untestable.legs],
    findings: [
      ...[...(missing?.findings ?? []), ...path.findings].map((finding) => weigh(finding, tried)),
      ...(missing ? [] : behind),
      ...untestable.findings,
    ],
    unchecked: [
      ...unseenOf(seen),
      ...path.unchecked,
      ...dead.unchecked,
      ...untestable.unchecked,
      ...(missing?.unchecked ?? []),
    ],
  };
}

/** Of the Service's address; of a headless one, whose clients go to the endpoints themselves, of those. */
function triedTraffic(seen: SeenService): TriesResult {
  if (!seen.view.isHeadless) return seen.tries.length === 0 ? 'unknown' : worstOf(resultsOf(seen));
  const { tried } = seen;
  if (tried.length === 0) return 'unknown';
  if (tried.every(isAlive)) return 'passes';
  if (tried.every(isDead)) return 'fails';
  return tried.some(isDead) ? 'lossy' : 'unknown';
}

/** What only was read is likely; what should stop traffic that passes is odd, and no cause. */
function weigh(finding: Finding, tried: TriesResult): Finding {
  if (tried === 'passes') return { ...finding, advisory: true };
  return tried === 'unknown' ? { ...finding, confidence: 'likely' } : finding;
}
