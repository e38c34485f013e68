// All nodes drop ICMP echo of pods. Seen: everything works, and nobody can tell by pings how large packets may be: no finding,
// and no "fine" either.

import type { Fault } from '../../fault.ts';
import { must } from '../../node-network.ts';

const RULE = ['FORWARD', '-p', 'icmp', '--icmp-type', 'echo-request', '-j', 'DROP'];

export const pingsFiltered: Fault = {
  name: 'pings-filtered',
  inject: async (lab) => {
    for (const node of lab.nodes) await must(lab, node, 'iptables', '-I', ...RULE);
    return { words: ['mtu'], expect: { outcome: 'inconclusive' } };
  },
  recover: async (lab) => {
    for (const node of lab.nodes) await lab.exec(node, ['iptables', '-D', ...RULE]);
  },
};
