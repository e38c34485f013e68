// The live half of a look at the way between nodes: each way is tried at three depths, from the node's address over the
// pod network's own addresses (really through the tunnel) to pods. Tries and reads; nothing is explained here.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Ask, Leg } from '../../../diagnosis/playbook.ts';
import type { Node, Pod } from '../../../probes/api-objects.ts';
import { type ForwardedRoute, readForwardedRoute } from '../../../probes/forwarded-route.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import { connectTcp, type PingResult, pingAddress } from '../../../probes/reachability.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { declaredTcpPort } from '../peer-pods.ts';
import { vantageOfPod } from '../pods/pod-network.ts';
import { type Attempt, CLOSED_PORT, reachOf, toLeg, type Way } from '../reach.ts';

/** A node as an end of a way: what has to be known before anything can be tried. */
export interface WayPlace {
  name: string;
  /** InternalIP, IPv4 first. */
  addresses: string[];
  /** The API server's object; undefined when it could not be read. */
  object: Node | undefined;
  /** Stands for the pods of that node. Absent: it has none that could. */
  pod?: Pod;
}

export interface NodeWay {
  from: string;
  to: string;
  /** By the node's own address. */
  underlay?: Attempt;
  /** By the address that the node itself has in the pod network. Absent: the CNI gives it none. */
  overlay?: Attempt;
  /** From a pod to a pod. Absent: one of the nodes has none. */
  pods?: Attempt;
  /** What the sending node's kernel does with packets of that pod. Absent: it passes, or has no pods. */
  outbound?: Evidence<ForwardedRoute>;
  /** What the receiving node's kernel does with them. Absent: as above. */
  inbound?: Evidence<ForwardedRoute>;
}

export type Depth = 'underlay' | 'overlay' | 'pods';

export type WayState =
  | { kind: 'passes' }
  /** At the first depth that does not get through; what lies above it fails with it. */
  | { kind: 'fails'; at: Depth }
  | { kind: 'unknown' };

// Twenty requests tell a loss of 30 % from none in 999 runs of 1000, and take two seconds.
const PINGS = 20;
const PING_INTERVAL_S = 0.1;
// The kubelet listens on every node, and who refuses it was reached as well.
const KUBELET_PORT = 10250;

export async function tryNodeWay(ask: Ask, cni: CniNetwork, from: WayPlace, to: WayPlace): Promise<NodeWay> {
  const vantage: NetworkVantage = { kind: 'node', node: from.name };
  const { name } = to;
  const [address] = to.addresses;
  const inside = insideAddress(cni, to);
  const [underlay, overlay, pods] = await Promise.all([
    address === undefined
      ? undefined
      : attempt(ask, { from: vantage, address, to: name, port: KUBELET_PORT, wanted: 'answer' }),
    inside === undefined
      ? undefined
      : attempt(ask, {
          from: vantage,
          address: inside,
          to: `${name} (${inside})`,
          port: CLOSED_PORT,
          wanted: 'answer',
        }),
    from.pod && to.pod ? attempt(ask, wayToPod(vantageOfPod(from.pod), to.pod)) : undefined,
  ]);
  return {
    from: from.name,
    to: name,
    ...(underlay && { underlay }),
    ...(overlay && { overlay }),
    ...(pods && { pods }),
  };
}

/** What the kernels on both ends do with packets from pod to pod. */
export async function withDecisions(
  ask: Ask,
  { bridge, encapsulation }: CniNetwork,
  way: NodeWay,
  from: WayPlace,
  to: WayPlace,
): Promise<NodeWay> {
  const tunnel = encapsulation.kind === 'vxlan' ? encapsulation.device : undefined;
  const [outbound, inbound] = await Promise.all([
    decision(ask, from.name, from, to, bridge),
    decision(ask, to.name, from, to, tunnel),
  ]);
  return { ...way, ...(outbound && { outbound }), ...(inbound && { inbound }) };
}

/** Of `on`, for a packet from pod to pod that comes in by that device. */
const decision = (ask: Ask, on: string, from: WayPlace, to: WayPlace, device: string | undefined) =>
  from.pod && to.pod && device !== undefined
    ? ask(
        readForwardedRoute(
          { kind: 'node', node: on },
          { from: from.pod.status.podIP, to: to.pod.status.podIP, device },
        ),
      )
    : undefined;

/** Without a tunnel the node's only address there is the bridge's, which comes with the first pod. */
function insideAddress(cni: CniNetwork, { object, pod }: WayPlace): string | undefined {
  if (!object || (cni.encapsulation.kind === 'none' && !pod)) return undefined;
  return cni.podNetworkAddresses(object)[0];
}

/** From the node that a pod is on: a pod that does not answer there says nothing about the way between nodes. */
export const tryOwnPod = (ask: Ask, { name, pod }: WayPlace): Promise<Attempt> | undefined =>
  pod && attempt(ask, wayToPod({ kind: 'node', node: name }, pod));

const wayToPod = (from: NetworkVantage, pod: Pod): Way => ({
  from,
  address: pod.status.podIP,
  to: `${pod.metadata.name} (${pod.spec.nodeName})`,
  port: declaredTcpPort(pod) ?? CLOSED_PORT,
  wanted: 'answer',
});

async function attempt(ask: Ask, way: Way): Promise<Attempt> {
  const { from: vantage, address, to, port } = way;
  const [tcp, ping] = await Promise.all([
    ask(connectTcp({ vantage, address, port, to })),
    ask(pingAddress({ vantage, address, to, times: PINGS, intervalS: PING_INTERVAL_S })),
  ]);
  return { ...way, tcp, ping };
}

export function stateOf(way: NodeWay): WayState {
  const at = (depth: Depth) => way[depth] && reachOf(way[depth]);
  const [underlay, overlay, pods] = [at('underlay'), at('overlay'), at('pods')];
  // What got there by the pod network has passed the underlay, whatever that refuses to answer.
  if (pods === 'reached' || (pods !== 'unreached' && overlay === 'reached')) return { kind: 'passes' };
  if (pods !== 'unreached' && overlay !== 'unreached')
    return overlay === undefined && pods === undefined && underlay === 'unreached'
      ? { kind: 'fails', at: 'underlay' }
      : { kind: 'unknown' };
  if (overlay === 'reached') return { kind: 'fails', at: 'pods' };
  return { kind: 'fails', at: underlay === 'unreached' ? 'underlay' : 'overlay' };
}

const attemptsOf = ({ underlay, overlay, pods }: NodeWay): Attempt[] =>
  [underlay, overlay, pods].filter((each) => each !== undefined);

export const pingsOf = (way: NodeWay): PingResult[] =>
  attemptsOf(way).flatMap(({ ping }) => (ping.status === 'observed' ? [ping.value] : []));

export const evidenceOfWay = (way: NodeWay): Evidence<unknown>[] =>
  attemptsOf(way).flatMap(({ tcp, ping }) => [tcp, ping]);

export const unseenOfWay = (way: NodeWay): Unavailable[] =>
  [...evidenceOfWay(way), way.outbound, way.inbound].filter((evidence) => evidence?.status === 'unavailable');

export const legsOf = (way: NodeWay, control: boolean): Leg[] =>
  attemptsOf(way).map((each) => toLeg(each, control));
