// Between a sender and the endpoints of a Service: the policy that leaves a node without any, the node's rules, kube-proxy, and a pod
// that is sent to itself. Weighs the state against what was tried. Pure.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import { reachOf } from '../reach.ts';
import { ofService } from './dead-endpoints.ts';
import { checkHairpin } from './hairpin.ts';
import { serviceCodes } from './service-codes.ts';
import {
  adviseOnKubeProxy,
  explainProgramming,
  judgeProgramming,
  type Programming,
  type ServiceOnNode,
  type ServiceState,
} from './service-on-node.ts';
import type { SeenService } from './service-seen.ts';
import { failuresOf, resultOf, type TriesResult } from './service-tries.ts';
import { type Entrance, isIpv6, targetOf } from './service-view.ts';

export interface ServicePath {
  findings: Finding[];
  unchecked: Unavailable[];
  /** Where the node's rules lead; undefined: not known. */
  targets: string[] | undefined;
}

export function explainServicePath(seen: SeenService): ServicePath {
  const local = checkLocalPolicy(seen);
  const paths = seen.states.map(({ entrance, state }) => explainEntrance(seen, entrance, state));
  const targets = paths.flatMap((path) => path.targets ?? []);
  return {
    findings: [...local, ...paths.flatMap(({ findings }) => findings)],
    unchecked: paths.flatMap(({ unchecked }) => unchecked),
    targets: paths.length > 0 && paths.every((path) => path.targets !== undefined) ? targets : undefined,
  };
}

/** What was seen of one entrance from the sender. */
const ownTries = ({ tries }: SeenService, entrance: Entrance) =>
  tries.flatMap((each) => (!each.control && each.entrance === entrance ? each.evidence : []));

export const worstOf = (results: TriesResult[]): TriesResult =>
  (['fails', 'lossy', 'unknown'] as const).find((each) => results.includes(each)) ?? 'passes';

export const resultsOf = (seen: SeenService): TriesResult[] =>
  seen.tries.flatMap(({ control, evidence }) => (control ? [] : [resultOf(evidence)]));

export const proofOf = ({ tries }: SeenService): Evidence<unknown>[] =>
  tries.flatMap(({ control, evidence }) => (control ? [] : failuresOf(evidence)));

/** Others may have an endpoint; packets from this node are dropped. */
function checkLocalPolicy(seen: SeenService): Finding[] {
  const { view, endpoints, from } = seen;
  if (!view.isLocal || endpoints.length > 0 || view.endpoints.length === 0) return [];
  const nodes = [...new Set(view.endpoints.map(({ node }) => node))].filter(Boolean).sort();
  return [
    {
      code: 'service.traffic-policy-no-local-endpoint',
      ...serviceCodes['service.traffic-policy-no-local-endpoint'],
      params: { service: view.label, nodes },
      ...ofService(view, [...proofOf(seen), view.evidence.service, view.evidence.slices]),
      node: from.node,
      explains: [],
    },
  ];
}

function explainEntrance(seen: SeenService, entrance: Entrance, state: ServiceState): ServicePath {
  const { view, addresses, nodeAddresses, from } = seen;
  const ofFamily = (end: { address: string }): boolean => isIpv6(end) === isIpv6(entrance);
  const wanted: ServiceOnNode = {
    service: view.label,
    address: entrance.address,
    port: entrance.port,
    protocol: view.protocol,
    endpoints: seen.endpoints.filter(ofFamily).map(targetOf),
    listed: view.listed.targets,
  };
  const address = addresses.find((each) => ofFamily({ address: each }));
  const client = { ...(address && { address }), isNode: from.kind === 'node', nodeAddresses };
  const programming = judgeProgramming(state, wanted, client);
  const tries = ownTries(seen, entrance);
  const result = resultOf(tries);
  const targets = programming.kind === 'unknown' ? undefined : programming.leadsTo;
  const unseen = state.health.status === 'unavailable' ? [state.health] : [];
  if (result === 'passes')
    return { findings: adviseOnKubeProxy(state, programming, seen.listening), unchecked: unseen, targets };
  const proof = failuresOf(tries);
  return {
    findings: [
      ...explainProgramming(state, programming, wanted, proof),
      ...hairpinOf(seen, result, programming, proof),
    ],
    unchecked: [...(programming.kind === 'unknown' ? programming.unseen : []), ...unseen],
    targets,
  };
}

/** Where the rules are wrong, nobody knows that it was sent to itself. */
function hairpinOf(
  { itself, view, tried }: SeenService,
  result: TriesResult,
  programming: Programming,
  proof: Evidence<unknown>[],
): Finding[] {
  const isRight = programming.kind !== 'wrong' || programming.cause === 'unmasqueraded';
  if (!itself || !isRight || result === 'unknown') return [];
  const own = tried.find(({ pod }) => pod?.metadata.uid === itself.pod.pod.metadata.uid);
  if (!own || reachOf(own.way.state.attempt) !== 'reached') return [];
  const finding = checkHairpin(view.label, itself.pod, itself.node, proof);
  return finding ? [finding] : [];
}
