// The MTUs of the pods on one node: of their interface, of the node's end of their cable, and of a route that says less.
// Only read here. Which of them are not what the CNI would give now is suspects.ts.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import { type NetworkInterface, readInterfaces } from '../../probes/network-interfaces.ts';
import { type Route, readRoutes } from '../../probes/routes.ts';
import { observedOr } from '../branches/nodes/node-finding.ts';
import { vantageOfPod } from '../branches/pods/pod-network.ts';
import type { Device, NodeMtus } from './node-mtus.ts';

export interface PodMtus {
  pod: Pod;
  node: string;
  /** Of the interface that has the pod's address. Absent, as those below: not seen. */
  mtu?: number;
  cable?: Device;
  /** What it believes it may send: its interface's, or what its routes say. */
  believed?: number;
  evidence: Evidence<unknown>[];
}

// Enough to stand for a node; more are read where the cables show that one differs.
const READ_PODS = 10;
// They may come to stand for their node in a live test.
const CANDIDATES = 3;

export async function readPodMtus(ask: Ask, pods: Pod[], ofNode: Promise<NodeMtus>): Promise<PodMtus[]> {
  const first = await Promise.all(
    pods.slice(0, READ_PODS).map((pod, at) => readOne(ask, pod, at < CANDIDATES)),
  );
  const node = await ofNode;
  const known = first.map((each) => withCable(each, node));
  const rest = pods.slice(READ_PODS);
  if (rest.length === 0 || !hasOtherOddCable(known, node)) return known;
  const others = await Promise.all(rest.map((pod) => readOne(ask, pod, false)));
  return [...known, ...others.map((each) => withCable(each, node))];
}

interface Seen {
  pod: Pod;
  link: NetworkInterface | undefined;
  routes: Route[];
  evidence: Evidence<unknown>[];
}

async function readOne(ask: Ask, pod: Pod, withRoutes: boolean): Promise<Seen> {
  const vantage = vantageOfPod(pod);
  const [interfaces, routes] = await Promise.all([
    ask(readInterfaces(vantage)),
    withRoutes ? ask(readRoutes(vantage)) : undefined,
  ]);
  return {
    pod,
    link: observedOr(interfaces, []).find(({ addresses }) =>
      addresses.some(({ address }) => address === pod.status.podIP),
    ),
    routes: routes?.status === 'observed' ? routes.value : [],
    evidence: [interfaces, ...(routes ? [routes] : [])],
  };
}

function withCable({ pod, link, routes, evidence }: Seen, { name, cables }: NodeMtus): PodMtus {
  const cable = link?.peerIndex === undefined ? undefined : cables.get(link.peerIndex);
  // Cilium leaves the interface as it is and puts less on the routes.
  const onRoutes = routes.flatMap(({ mtu }) => (mtu === undefined ? [] : [mtu]));
  return {
    pod,
    node: name,
    ...(link && { mtu: link.mtu, believed: Math.min(link.mtu, ...onRoutes) }),
    ...(cable && { cable }),
    evidence,
  };
}

/** The node's ends of all cables are seen at once: one that differs and belongs to no pod that was read wants its pod. */
function hasOtherOddCable(known: PodMtus[], { cables, given }: NodeMtus): boolean {
  const seen = new Set(known.map(({ cable }) => cable?.name));
  return [...cables.values()].some(({ name, mtu }) => !seen.has(name) && mtu !== given);
}

/** Whether the pod has what its node's CNI gives now. Undefined: one of the two is not known. */
export function isAsGiven({ mtu, cable }: PodMtus, { given }: NodeMtus): boolean | undefined {
  if (mtu === undefined || given === undefined) return undefined;
  return mtu === given && (cable === undefined || cable.mtu === given);
}

/** Rather one that is as it should be; the others are tried as well, for themselves. */
export const representativeOf = (pods: PodMtus[], node: NodeMtus): PodMtus | undefined => {
  const candidates = pods.slice(0, CANDIDATES);
  return (
    candidates.find((each) => isAsGiven(each, node)) ??
    candidates.find(({ mtu }) => mtu !== undefined) ??
    candidates[0]
  );
};
