// What in the state of nodes and pods would stop or cut up large packets, before any was seen to be stopped: nodes that
// differ, a pod network larger than what carries it, pods with an older MTU. Each with the size that it lets through. Pure.

import type { Evidence } from '../../diagnosis/evidence.ts';
import { type Finding, podSubject } from '../../diagnosis/finding.ts';
import { routesOver } from '../branches/nodes/pod-range-routes.ts';
import type { CniNetwork } from '../cni/network.ts';
import { type MtuRemedy, mtuCodes, type PodMtuEntry } from './codes.ts';
import type { Device, NodeMtus } from './node-mtus.ts';
import { isAsGiven, type PodMtus } from './pod-mtus.ts';
import { TAG_BYTES } from './sizes.ts';
import type { MtuWay, ShortWay } from './ways.ts';

export interface MtuSuspect {
  finding: Finding;
  /** The largest packet that it lets through on this way. Undefined: the way does not go by it. */
  edgeOn(way: MtuWay): number | undefined;
}

export function suspectsAmong(nodes: NodeMtus[], pods: PodMtus[], cni: CniNetwork): MtuSuspect[] {
  const differing = nodesThatDiffer(nodes, pods);
  const isDiffering = ({ name }: NodeMtus): boolean =>
    differing.some(({ finding }) => concerns(finding, name));
  return [
    ...differing,
    ...nodes.flatMap((node) => narrowRoutes(node, nodes)),
    ...overlays(
      nodes.filter((node) => !isDiffering(node)),
      nodes,
      cni,
    ),
    ...nodes.flatMap((node) => stalePods(node, pods)),
  ];
}

/** It lets through no more than got through, and no less. */
export function stops(suspect: MtuSuspect, way: ShortWay): boolean {
  const edge = suspect.edgeOn(way);
  const { largest, stopped } = way.passage;
  return edge !== undefined && edge >= largest - TAG_BYTES && edge < stopped;
}

const concerns = ({ node, subject }: Finding, name: string): boolean =>
  node === name || (subject.name ?? '').split(' <-> ').includes(name);

const basis = (evidence: Evidence<unknown>[]) =>
  ({
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: ['mtu.pod-mismatch', 'dns.truncation'],
    remediations: [],
  }) satisfies Partial<Finding>;

type Part = 'underlay' | 'tunnel' | 'bridge';

/** Of each node the first part that differs: a tunnel and a bridge take after what is below them. */
function nodesThatDiffer(nodes: NodeMtus[], pods: PodMtus[]): MtuSuspect[] {
  const found: MtuSuspect[] = [];
  for (const part of ['underlay', 'tunnel', 'bridge'] as const) {
    const having = nodes.filter((node) => node[part] !== undefined && !isAmong(node, found));
    const usual = usualAmong(having.map((node) => mtuOf(node, part)));
    if (usual === undefined) {
      found.push(...differingPair(having, part));
      continue;
    }
    const odd = having.filter((node) => mtuOf(node, part) !== usual);
    found.push(
      ...odd
        // A bridge goes down to the least of its ports: then that pod is at fault.
        .filter((node) => part !== 'bridge' || !hasCableOf(node, pods, mtuOf(node, part)))
        .filter((node) => part !== 'tunnel' || !exceedsUnderlay(node))
        .map((node) => differs(node, part, usual, having)),
    );
  }
  return found;
}

const isAmong = ({ name }: NodeMtus, found: MtuSuspect[]): boolean =>
  found.some(({ finding }) => concerns(finding, name));
const mtuOf = (node: NodeMtus, part: Part): number => node[part]?.mtu ?? 0;
const hasCableOf = (node: NodeMtus, pods: PodMtus[], mtu: number): boolean =>
  pods.some(({ node: name, cable }) => name === node.name && cable?.mtu === mtu);

export const exceedsUnderlay = ({ tunnel, underlay, overhead }: NodeMtus): boolean =>
  tunnel !== undefined && underlay !== undefined && tunnel.mtu + overhead > underlay.mtu;

/** What more than half of them have; undefined: they are split. Of none and of one: nobody differs. */
function usualAmong(mtus: number[]): number | undefined {
  const counts = Map.groupBy(mtus, (mtu) => mtu);
  const [most, next] = [...counts.values()].toSorted((a, b) => b.length - a.length);
  if (!most) return 0;
  return next === undefined || most.length > next.length ? most[0] : undefined;
}

function differs(node: NodeMtus, what: Part, usual: number, all: NodeMtus[]): MtuSuspect {
  const { name: device, mtu } = node[what] as Device;
  return {
    finding: {
      code: 'mtu.node-mismatch',
      ...mtuCodes['mtu.node-mismatch'],
      params: {
        what,
        device,
        mtu,
        usual,
        others: all.flatMap(({ name }) => (name === node.name ? [] : [name])),
      },
      subject: { kind: 'node', name: node.name },
      node: node.name,
      ...basis(node.evidence),
    },
    edgeOn: (way) => (touches(way, node.name) ? edgeOf(way, node, what, Math.min(mtu, usual)) : undefined),
  };
}

/** As many have the one as the other: nobody can say which is right. */
function differingPair(nodes: NodeMtus[], what: Part): MtuSuspect[] {
  const sorted = nodes.toSorted((a, b) => mtuOf(a, what) - mtuOf(b, what));
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (!least || !most) return [];
  const { name: device, mtu } = least[what] as Device;
  return [
    {
      finding: {
        code: 'mtu.node-mismatch',
        ...mtuCodes['mtu.node-mismatch'],
        params: { what, device, mtu, usual: mtuOf(most, what), others: [most.name] },
        subject: { kind: 'node-pair', name: [least.name, most.name].toSorted().join(' <-> ') },
        ...basis([...least.evidence, ...most.evidence]),
      },
      edgeOn: (way) => {
        const [from, to] = [mtuOf(way.from, what), mtuOf(way.to, what)];
        return from === to ? undefined : edgeOf(way, least, what, Math.min(from, to));
      },
    },
  ];
}

const touches = ({ from, to }: MtuWay, name: string): boolean => from.name === name || to.name === name;

/** What a part with that MTU lets through, of packets as they are on the way in question. */
function edgeOf(way: MtuWay, node: NodeMtus, what: Part, mtu: number): number | undefined {
  if (what === 'underlay') return way.between === 'nodes' ? mtu : mtu - node.overhead;
  return way.between === 'nodes' ? undefined : mtu;
}

/** A route that says less than its device takes; the kernel keeps to it (net/ipv4/route.c, ip_dst_mtu_maybe_forward). */
const narrowRoutes = (node: NodeMtus, nodes: NodeMtus[]): MtuSuspect[] =>
  nodes.flatMap((peer) =>
    peer.podRanges.flatMap((range): MtuSuspect[] => {
      const route = peer.name === node.name ? undefined : routesOver(node.routes, range)?.whole;
      const carrier = node.tunnel ?? node.underlay;
      if (route?.mtu === undefined || carrier === undefined || route.mtu >= carrier.mtu) return [];
      const { mtu, text } = route;
      return [
        {
          finding: {
            code: 'mtu.node-mismatch',
            ...mtuCodes['mtu.node-mismatch'],
            params: {
              what: 'route',
              device: `${text} mtu ${mtu}`,
              mtu,
              usual: carrier.mtu,
              others: [peer.name],
            },
            subject: { kind: 'node', name: node.name },
            node: node.name,
            ...basis(node.evidence),
          },
          edgeOn: (way) =>
            way.between === 'pods' && way.from.name === node.name && way.to.name === peer.name
              ? mtu
              : undefined,
        },
      ];
    }),
  );

/** The pod network is larger than what carries it: one finding where all nodes are alike, else one a node. */
function overlays(candidates: NodeMtus[], all: NodeMtus[], cni: CniNetwork): MtuSuspect[] {
  const tooLarge = candidates.flatMap((node) => {
    const excess = excessOf(node);
    return excess ? [{ node, excess }] : [];
  });
  const alike = Map.groupBy(tooLarge, ({ excess }) => JSON.stringify(excess));
  return [...alike.values()].flatMap((group) =>
    group.length === all.length && all.length > 1
      ? [overlay(group, cni)]
      : group.map((one) => overlay([one], cni)),
  );
}

type Excess = Pick<
  Extract<Finding, { code: 'mtu.overlay-too-large' }>['params'],
  'of' | 'device' | 'mtu' | 'carrier' | 'carrierMtu' | 'overhead'
>;

function excessOf(node: NodeMtus): Excess | undefined {
  const { tunnel, underlay, given, overhead } = node;
  if (tunnel && underlay && exceedsUnderlay(node))
    return {
      of: 'tunnel',
      device: tunnel.name,
      mtu: tunnel.mtu,
      overhead,
      carrier: underlay.name,
      carrierMtu: underlay.mtu,
    };
  const carrier = tunnel ?? underlay;
  if (!carrier || given === undefined || given <= carrier.mtu) return undefined;
  return { of: 'pods', device: '', mtu: given, overhead: 0, carrier: carrier.name, carrierMtu: carrier.mtu };
}

function overlay(group: { node: NodeMtus; excess: Excess }[], cni: CniNetwork): MtuSuspect {
  const [{ node, excess }] = group as [{ node: NodeMtus; excess: Excess }];
  const nodes = group.map((each) => each.node.name);
  const podMtu = node.carried ?? excess.carrierMtu - excess.overhead;
  const remedy = remedyFor(cni, podMtu + node.overhead);
  return {
    finding: {
      code: 'mtu.overlay-too-large',
      ...mtuCodes['mtu.overlay-too-large'],
      params: { nodes, ...excess, podMtu, ...(remedy && { remedy }) },
      ...placeOfNodes(nodes),
      ...basis([...group.flatMap((each) => each.node.evidence), ...cni.evidence]),
    },
    edgeOn: (way) =>
      way.between === 'pods' && (nodes.includes(way.from.name) || nodes.includes(way.to.name))
        ? podMtu
        : undefined,
  };
}

const placeOfNodes = (nodes: string[]): Pick<Finding, 'subject' | 'node'> => {
  const [only = ''] = nodes;
  if (nodes.length === 1) return { subject: { kind: 'node', name: only }, node: only };
  return {
    subject: nodes.length === 2 ? { kind: 'node-pair', name: nodes.join(' <-> ') } : { kind: 'cluster' },
  };
};

export function remedyFor({ mtuSetting, agent }: CniNetwork, underlayMtu: number): MtuRemedy | undefined {
  return (
    mtuSetting && {
      namespace: agent.namespace,
      configMap: mtuSetting.configMap,
      key: mtuSetting.key,
      value: mtuSetting.valueFor(underlayMtu),
      daemonSet: agent.daemonSet,
    }
  );
}

/** Pods that were attached with another MTU than new ones get there. One suspect a pod. */
const stalePods = (node: NodeMtus, pods: PodMtus[]): MtuSuspect[] =>
  pods
    .filter((each) => each.node === node.name && isAsGiven(each, node) === false)
    .map((each) => ({
      finding: {
        code: 'mtu.pod-mismatch',
        ...mtuCodes['mtu.pod-mismatch'],
        params: { pods: [entryOf(each)], expected: node.given ?? 0 },
        subject: podSubject(each.pod.metadata),
        node: node.name,
        ...basis([...each.evidence, ...node.evidence]),
        explains: ['dns.truncation'],
      },
      edgeOn: (way) => edgeOfPod(way, each, node),
    }));

const entryOf = ({ pod: { metadata }, mtu = 0, cable }: PodMtus): PodMtuEntry => ({
  pod: `${metadata.namespace}/${metadata.name}`,
  mtu,
  ...(cable && cable.mtu !== mtu && { cableMtu: cable.mtu }),
});

function edgeOfPod(way: MtuWay, stale: PodMtus, node: NodeMtus): number | undefined {
  const { mtu = 0, cable } = stale;
  const narrowest = Math.min(mtu, cable?.mtu ?? mtu);
  if (way.pods?.to === stale) return narrowest;
  // What it may send at most, the others take no more than they were given.
  if (way.pods?.from === stale)
    return Math.min(narrowest, node.given ?? narrowest, node.carried ?? narrowest);
  // Its cable has drawn the whole bridge down.
  const drawn = way.to.name === node.name && cable !== undefined && node.bridge?.mtu === cable.mtu;
  return way.between === 'pods' && drawn ? cable.mtu : undefined;
}
