// What traffic to a pod is compared with: the same sender to its own node and to neighbours, other senders to the same
// receiver. What passes clears whoever took part in it.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Protocol } from '../../diagnosis/target.ts';
import type { Pod } from '../../probes/api-objects.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { declaredTcpPort, findPeerPods } from './peer-pods.ts';
import { vantageOfPod } from './pods/pod-network.ts';
import { CLOSED_PORT, type Way } from './reach.ts';

// The kubelet's; whether it accepts or refuses, the node was reached.
const NODE_PORT = 10250;

interface Flow {
  from: NetworkVantage;
  to: Pod;
  port?: number;
  protocol: Protocol;
}

export function wayToPod({ from, to, port, protocol }: Flow): Way {
  const { namespace, name } = to.metadata;
  const node = to.spec.nodeName;
  const tcpPort = protocol === 'tcp' ? port : undefined;
  return {
    from,
    address: to.status.podIP,
    to: `${name}${port === undefined ? '' : `:${port}`} (${node})`,
    port: tcpPort ?? declaredTcpPort(to) ?? CLOSED_PORT,
    wanted: tcpPort === undefined ? 'answer' : 'connection',
    end: { node, ...(to.spec.hostNetwork ? {} : { pod: `${namespace}/${name}` }) },
  };
}

/** Undefined: the node has no address. */
export function wayToNode(facts: Facts, from: NetworkVantage, node: string): Way | undefined {
  const address = facts.nodes.find(({ name }) => name === node)?.addresses[0];
  return address === undefined
    ? undefined
    : { from, address, to: node, port: NODE_PORT, wanted: 'answer', end: { node } };
}

export async function chooseControls(ask: Ask, facts: Facts, flow: Flow): Promise<Way[]> {
  const { from, to } = flow;
  const [here, there] = await Promise.all([
    peersBeside(ask, from.node, [from, to]),
    peersBeside(ask, to.spec.nodeName, [from, to]),
  ]);
  const far = to.spec.nodeName === from.node ? undefined : there[0];
  const [near] = here;
  const own = from.kind === 'pod' ? wayToNode(facts, from, from.node) : undefined;
  const atReceiver: NetworkVantage = { kind: 'node', node: to.spec.nodeName };
  const isFromThere = from.kind === 'node' && from.node === to.spec.nodeName;
  return [
    ...(own ? [own] : []),
    ...(near ? [wayToPod({ from, to: near, protocol: 'tcp' })] : []),
    ...(far ? [wayToPod({ from, to: far, protocol: 'tcp' })] : []),
    ...(near ? [wayToPod({ ...flow, from: vantageOfPod(near) })] : []),
    ...(isFromThere ? [] : [wayToPod({ ...flow, from: atReceiver })]),
  ];
}

/** Pods of the node that are neither end of the flow. */
async function peersBeside(ask: Ask, node: string, ends: [NetworkVantage, Pod]): Promise<Pod[]> {
  const [from, to] = ends;
  const { pods } = await findPeerPods(ask, node);
  const taken = [to.metadata.uid, ...(from.kind === 'pod' ? [from.podUid] : [])];
  return pods.filter(({ metadata }) => !taken.includes(metadata.uid));
}
