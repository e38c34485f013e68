// Traffic to an address that is no pod's: a node's own, the asker's loopback, or somebody outside the cluster. The asker's half of
// the way is walked; of a node the far half too. Outside, only the comparison with the node itself is left.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import type { CniNetwork } from '../cni/network.ts';
import { examineWays } from './examine-ways.ts';
import type { Examined } from './examined.ts';
import { wayToNode, wayToPod } from './flow-controls.ts';
import { findPeerPods } from './peer-pods.ts';
import { CLOSED_PORT, reachOf, type Way } from './reach.ts';

export interface FlowToAddress {
  from: NetworkVantage;
  address: string;
  port?: number;
  /** For people. */
  to: string;
  /** Whose address it is; absent: nobody's in the cluster. */
  owner?: { node: string; pod?: Pod };
}

export interface ExaminedAddress extends Examined {
  /** The asker's node was seen to fail there as well. */
  failsFromNode: boolean;
}

export async function examineFlowToAddress(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  { from, address, port, to, owner }: FlowToAddress,
): Promise<ExaminedAddress> {
  const way: Way = {
    ...{ from, address, to, port: port ?? CLOSED_PORT },
    wanted: port === undefined ? 'answer' : 'connection',
    ...(owner && { end: { node: owner.node, ...(owner.pod && { pod: nameOf(owner.pod) }) } }),
  };
  const question = { way, ...(owner && { to: owner }), protocol: 'tcp', port: way.port } as const;
  const controls = owner?.pod ? [] : await chooseControls(ask, facts, way);
  const examined = await examineWays(ask, facts, cni, { ways: [question], controls, owned: [] });
  const fromNode = examined.controls.find(
    ({ from: place, address: each }) => place.kind === 'node' && each === address,
  );
  const failsFromNode =
    from.kind === 'node'
      ? examined.traffic === 'fails'
      : fromNode !== undefined && reachOf(fromNode) === 'unreached';
  return { ...examined, failsFromNode };
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

/** The same address from the asker's node; the asker to its node and to a pod beside it. */
async function chooseControls(ask: Ask, facts: Facts, way: Way): Promise<Way[]> {
  const { from } = way;
  if (from.kind === 'node') return [];
  const { pods } = await findPeerPods(ask, from.node);
  const near = pods.find(({ metadata }) => metadata.uid !== from.podUid);
  const home = wayToNode(facts, from, from.node);
  const isHome = home?.address === way.address;
  return [
    { ...way, from: { kind: 'node', node: from.node } },
    ...(home && !isHome ? [home] : []),
    ...(near ? [wayToPod({ from, to: near, protocol: 'tcp' })] : []),
  ];
}
