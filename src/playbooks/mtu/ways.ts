// The live half: packets that must not be fragmented, in several sizes at once, from node to node and from pod to pod, and
// again between what passes and what does not. Tries only; why something stops is judge.ts.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { connectTcp, pingAddress, type TcpReach } from '../../probes/reachability.ts';
import { declaredTcpPort } from '../branches/peer-pods.ts';
import { vantageOfPod } from '../branches/pods/pod-network.ts';
import { CLOSED_PORT } from '../branches/reach.ts';
import type { NodeMtus } from './node-mtus.ts';
import type { PodMtus } from './pod-mtus.ts';
import { commonSizes, firstSizes, nextSizes, type Passage, passageOf, type SizeTry, SMALL } from './sizes.ts';

export interface MtuWay {
  between: 'nodes' | 'pods';
  from: NodeMtus;
  to: NodeMtus;
  /** Its ends, between pods. */
  pods?: { from: PodMtus; to: PodMtus };
  vantage: NetworkVantage;
  address: string;
  /** The other end, for people. */
  label: string;
  port: number;
  /** The largest packet that the sender believes it may send. Undefined: not known. */
  full: number | undefined;
}

export interface TriedWay extends MtuWay {
  tries: SizeTry[];
  passage: Passage;
  /** Asked where not even small pings come back: whether they are filtered, or nothing gets through. */
  tcp?: Evidence<TcpReach>;
}

export type ShortWay = TriedWay & { passage: Extract<Passage, { kind: 'short' }> };

export const isShort = (way: TriedWay): way is ShortWay => way.passage.kind === 'short';

/** Whether both are between the same two nodes. */
export const joinsSame = (a: MtuWay, b: MtuWay): boolean => {
  const ends = [a.from.name, a.to.name];
  return ends.includes(b.from.name) && ends.includes(b.to.name);
};

const PINGS = 3;
const FEW_PINGS = 2;
const INTERVAL_S = 0.2;
// The kubelet listens on every node, and who refuses it was reached as well.
const KUBELET_PORT = 10250;

export const wayBetweenNodes = (from: NodeMtus, to: NodeMtus): MtuWay[] =>
  to.address === undefined
    ? []
    : [
        {
          between: 'nodes',
          from,
          to,
          vantage: { kind: 'node', node: from.name },
          address: to.address,
          label: to.name,
          port: KUBELET_PORT,
          full: from.underlay?.mtu,
        },
      ];

export const wayBetweenPods = (
  from: NodeMtus,
  to: NodeMtus,
  pods: { from: PodMtus; to: PodMtus },
): MtuWay => ({
  between: 'pods',
  from,
  to,
  pods,
  vantage: vantageOfPod(pods.from.pod),
  address: pods.to.pod.status.podIP,
  label: `${pods.to.pod.metadata.name} (${to.name})`,
  port: declaredTcpPort(pods.to.pod) ?? CLOSED_PORT,
  full: pods.from.believed,
});

/** For the pods that have the node's own network: they may send as much as the tunnel says. */
export const wayFromNodeToPod = (from: NodeMtus, to: NodeMtus, { pod }: PodMtus): MtuWay => ({
  between: 'pods',
  from,
  to,
  vantage: { kind: 'node', node: from.name },
  address: pod.status.podIP,
  label: `${pod.metadata.name} (${to.name})`,
  port: declaredTcpPort(pod) ?? CLOSED_PORT,
  full: from.tunnel?.mtu,
});

/** `edges`: what devices on the way take. Between nodes the common sizes are tried as well: they tell most about the way. */
export async function tryWay(ask: Ask, way: MtuWay, edges: number[]): Promise<TriedWay> {
  const telling = firstSizes(way.full, edges);
  const others =
    way.between === 'nodes' ? commonSizes({ largest: SMALL, stopped: way.full ?? SMALL }, 0) : [];
  const tries = await Promise.all([
    ...telling.map((bytes) => trySize(ask, way, bytes, { times: PINGS })),
    ...others
      .filter((bytes) => !telling.includes(bytes))
      .map((bytes) => trySize(ask, way, bytes, { times: FEW_PINGS })),
  ]);
  return withPassage(way, tries);
}

const trySize = async (
  ask: Ask,
  { vantage, address, label }: MtuWay,
  bytes: number,
  how: { times: number; timeoutS?: number; run?: string },
): Promise<SizeTry> => ({
  bytes,
  ping: await ask(
    pingAddress({ vantage, address, to: label, packetBytes: bytes, intervalS: INTERVAL_S, ...how }),
  ),
});

const withPassage = (way: MtuWay, tries: SizeTry[], tcp?: Evidence<TcpReach>): TriedWay => ({
  ...way,
  tries,
  passage: passageOf(tries, way.full),
  ...(tcp && { tcp }),
});

/** Where not even small pings come back: are they filtered, or does nothing get through? */
export async function tryTcp(ask: Ask, way: TriedWay): Promise<TriedWay> {
  const { vantage, address, port, label } = way;
  return withPassage(way, way.tries, await ask(connectTcp({ vantage, address, port, to: label })));
}

/** No size is given up for packets that were lost by chance: the full size is tried again. */
export async function tryAgain(ask: Ask, way: TriedWay): Promise<TriedWay> {
  const timeoutS = patience(way);
  const full = await trySize(ask, way, way.full ?? SMALL, { times: PINGS, timeoutS, run: 'again' });
  return withPassage(way, [...way.tries, full]);
}

// Twice nineteen sizes find one in four hundred; a way that takes none of the common sizes needs a turn more.
const MAX_TURNS = 3;

/** Looks for the largest that gets through, between what did and what did not. */
export async function narrow(ask: Ask, way: ShortWay): Promise<TriedWay> {
  const timeoutS = patience(way);
  let narrowed: TriedWay = way;
  for (let turn = 1; turn <= MAX_TURNS && isShort(narrowed); turn += 1) {
    const sizes = sizesAfter(narrowed, turn);
    const found = await Promise.all(
      sizes.map((bytes) => trySize(ask, way, bytes, { times: FEW_PINGS, timeoutS })),
    );
    narrowed = withPassage(way, [...narrowed.tries, ...found]);
  }
  return narrowed;
}

const sizesAfter = ({ between, passage, from }: ShortWay, turn: number): number[] =>
  between === 'pods' && turn === 1 ? commonSizes(passage, from.overhead) : nextSizes(passage);

/** Ten times as long as a small packet took, and never less than 0.4 s. */
function patience({ tries }: TriedWay): number {
  const times = tries.flatMap(({ ping }) =>
    ping.status === 'observed' && ping.value.averageMs !== undefined ? [ping.value.averageMs] : [],
  );
  return Math.min(1, Math.max(0.4, Math.max(0, ...times) / 100));
}

export const evidenceOfWay = ({ tries, passage, tcp }: TriedWay): Evidence<unknown>[] => {
  if (passage.kind !== 'short') return [...tries.map(({ ping }) => ping), ...(tcp ? [tcp] : [])];
  const telling = [passage.stopped, passage.largest];
  return telling.flatMap((wanted) => tries.filter(({ bytes }) => bytes === wanted).map(({ ping }) => ping));
};
