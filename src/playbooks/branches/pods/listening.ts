// A connection is refused, or an answer over UDP cannot be had: does a process listen there, and for whom? Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import { type Finding, podSubject, type Subject } from '../../../diagnosis/finding.ts';
import type { PodRef, Protocol } from '../../../diagnosis/target.ts';
import { accepts, type Listener } from '../../../probes/listeners.ts';
import { podCodes } from './pod-codes.ts';

export interface Doorstep {
  /** The pod, or the node when its own network is meant. */
  owner: { node: string; pod?: PodRef };
  address: string;
  port: number;
  protocol: Protocol;
  listeners: Evidence<Listener[]>;
}

/** Undefined: somebody accepts, or it could not be seen. SCTP sockets are not listed. */
export function checkListening(door: Doorstep, proof: Evidence<unknown>[]): Finding | undefined {
  const { owner, address, port, protocol, listeners } = door;
  if (listeners.status === 'unavailable' || protocol === 'sctp') return undefined;
  const ofProtocol = listeners.value.filter((each) => each.protocol === protocol);
  const onPort = ofProtocol.filter((each) => each.port === port);
  if (onPort.some((each) => accepts(each, address))) return undefined;
  const place = owner.pod ? `${owner.pod.namespace}/${owner.pod.name}` : owner.node;
  const subject: Subject = owner.pod ? podSubject(owner.pod) : { kind: 'node', name: owner.node };
  const basis = {
    subject,
    node: owner.node,
    confidence: 'proven',
    advisory: false,
    evidence: [listeners, ...proof],
    explains: ['pod.not-ready'],
    remediations: [],
  } satisfies Partial<Finding>;
  const [bound] = onPort;
  if (bound)
    return {
      code: 'pod.listening-on-loopback',
      ...podCodes['pod.listening-on-loopback'],
      params: { place, port, protocol, address: bound.address },
      ...basis,
    };
  const listening = ofProtocol.filter((each) => accepts(each, address)).map((each) => each.port);
  return {
    code: 'pod.not-listening',
    ...podCodes['pod.not-listening'],
    params: {
      place,
      port,
      protocol,
      listening: [...new Set(listening)].sort((a, b) => a - b).slice(0, MAX_LISTED),
    },
    ...basis,
  };
}

const MAX_LISTED = 5;
