// Is a packet that leaves a node given the node's own address? In iptables and in nftables, wherever a chain stands at the
// postrouting hook. Pure.

import type { NetfilterRules } from './netfilter.ts';
import { walkRules } from './netfilter-walk.ts';

export interface OutgoingPacket {
  source: string;
  destination: string;
  protocol: 'tcp' | 'udp';
  port: number;
}

/** Also when only by what is not known here, such as a set that may name it. */
export const isMasqueraded = (rules: NetfilterRules, packet: OutgoingPacket): boolean =>
  rules.chains
    .filter(({ chain, hook }) => (hook ?? chain).toLowerCase() === 'postrouting')
    .some(({ table, chain }) =>
      walkRules(
        rules,
        { table, chain, remember: NOTHING, watch: '' },
        { ...packet, fromNode: false, toNode: false },
      ).some(({ kind }) => kind === 'masqueraded'),
    );

const NOTHING = /(?!)/;
