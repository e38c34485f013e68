// A share of packets is lost on a way that works otherwise: how many, and the finding about it. Pure.

import type { Finding } from '../../../diagnosis/finding.ts';
import type { Culprit } from './culprits.ts';
import { nodeCodes } from './node-codes.ts';
import { SYMPTOMS_OF_LOSS } from './node-finding.ts';
import { evidenceOfWay, type NodeWay, pingsOf } from './node-ways.ts';
import { placeOf } from './silent-ways.ts';

// One packet lost in twenty happens on healthy networks, while neighbours are looked up for one.
const ENOUGH_LOST = 3;
const ENOUGH_SHARE = 0.08;

export function lossOf(way: NodeWay): { lost: number; sent: number; isLossy: boolean } {
  // Without any reply pings are filtered, and the others of the way tell.
  const heard = pingsOf(way).filter(({ received }) => received > 0);
  const sent = heard.reduce((sum, ping) => sum + ping.sent, 0);
  const lost = sent - heard.reduce((sum, ping) => sum + ping.received, 0);
  return { lost, sent, isLossy: lost >= ENOUGH_LOST && lost / sent >= ENOUGH_SHARE };
}

export function packetLoss(culprit: Culprit, ways: NodeWay[]): Finding {
  const losses = ways.map(lossOf);
  return {
    code: 'node.packet-loss',
    ...nodeCodes['node.packet-loss'],
    params: {
      lost: losses.reduce((sum, { lost }) => sum + lost, 0),
      sent: losses.reduce((sum, { sent }) => sum + sent, 0),
      peers: culprit.kind === 'node' ? culprit.peers : [],
    },
    ...placeOf(culprit),
    confidence: 'proven',
    advisory: false,
    evidence: ways.flatMap(evidenceOfWay),
    explains: SYMPTOMS_OF_LOSS.filter((code) => code !== 'node.packet-loss'),
    remediations: [],
  };
}
