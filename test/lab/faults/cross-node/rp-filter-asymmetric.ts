// One node sends packets for the peer's pods by its plain interface (a policy rule), the answers come by the tunnel, and
// it filters strictly there. Seen: silence between the two; the kernel counts what it filters.

import type { Fault, Lab } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  must,
  peer,
  tunnelDevice,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';

const table = '100';
const filter = (lab: Lab, value: 0 | 1) =>
  must(lab, broken, 'sh', '-c', `echo ${value} > /proc/sys/net/ipv4/conf/${tunnelDevice}/rp_filter`);

export const rpFilterAsymmetric: Fault = {
  name: 'rp-filter-asymmetric',
  inject: async (lab) => {
    const { address, range } = await describeNode(lab, peer);
    await must(lab, broken, 'ip', 'route', 'add', range, 'via', address, 'dev', 'eth0', 'table', table);
    await must(lab, broken, 'ip', 'rule', 'add', 'to', range, 'lookup', table);
    await filter(lab, 1);
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.rp-filter-drop', { device: tunnelDevice }));
  },
  recover: async (lab) => {
    await filter(lab, 0);
    const { range } = await describeNode(lab, peer);
    await lab.exec(broken, ['ip', 'rule', 'del', 'to', range, 'lookup', table]);
    await lab.exec(broken, ['ip', 'route', 'flush', 'table', table]);
    await waitUntilNodesTalk(lab);
  },
};
