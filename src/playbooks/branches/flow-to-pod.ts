// Traffic from a pod or node to a pod: the connection itself, then hop by hop from the sender's interface to the
// receiver's socket, and the way back. Its controls say which half of the way to look at.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask, Leg } from '../../diagnosis/playbook.ts';
import type { Protocol } from '../../diagnosis/target.ts';
import type { Pod } from '../../probes/api-objects.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import type { CniNetwork } from '../cni/network.ts';
import { type ExaminedWay, examineWays } from './examine-ways.ts';
import type { Examined } from './examined.ts';
import { dropsOf, listeningOf } from './explain-way.ts';
import { chooseControls, wayToPod } from './flow-controls.ts';
import { findSender } from './way-state.ts';

export interface FlowToPod {
  from: NetworkVantage;
  to: Pod;
  /** Absent: whether the pod's address is reached at all. */
  port?: number;
  protocol: Protocol;
}

export async function examineFlowToPod(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  flow: FlowToPod,
): Promise<Examined> {
  const { to, port, protocol } = flow;
  const question = {
    way: wayToPod(flow),
    to: { node: to.spec.nodeName, ...(to.spec.hostNetwork ? {} : { pod: to }) },
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    port: port ?? wayToPod(flow).port,
  } as const;
  const [controls, sender] = await Promise.all([
    chooseControls(ask, facts, flow),
    findSender(ask, flow.from),
  ]);
  const owned = [to, ...(sender && sender.metadata.uid !== to.metadata.uid ? [sender] : [])];
  const examined = await examineWays(ask, facts, cni, { ways: [question], controls, owned });
  const [way] = examined.ways;
  return protocol === 'tcp' || port === undefined || !way ? examined : withoutAnswer(examined, way, protocol);
}

/** Nobody has to answer over UDP or SCTP: that the pod is reached is seen, the rest is read from its sockets and rules. */
function withoutAnswer(examined: Examined, { state, traffic }: ExaminedWay, protocol: Protocol): Examined {
  const [own, ...controls] = examined.legs;
  const legs = own ? [{ ...own, cells: withUntried(own.cells, protocol) }, ...controls] : controls;
  if (traffic !== 'passes') return { ...examined, legs };
  const listening = protocol === 'udp' ? listeningOf(state) : undefined;
  const unseenFaults = [...(listening ? [listening] : []), ...dropsOf(state)].map(
    (finding): Finding => ({ ...finding, confidence: 'likely' }),
  );
  const unseen = protocol === 'udp' && state.listeners?.status === 'unavailable' ? [state.listeners] : [];
  return {
    traffic: 'unknown',
    legs,
    findings: [...unseenFaults, ...examined.findings],
    unchecked: [...examined.unchecked, ...unseen],
  };
}

const withUntried = ({ ping }: Leg['cells'], protocol: Protocol): Leg['cells'] => ({
  [protocol.toUpperCase()]: { status: 'unknown', note: 'needs no answer' },
  ...(ping && { ping }),
});
