// A rule in FORWARD of one node drops what its pods send to the peer's. Seen: the nodes themselves reach those pods.

import type { Fault, Lab } from '../../fault.ts';
import {
  broken,
  causeOn,
  describeNode,
  expectCauses,
  must,
  peer,
  waitUntilCut,
  waitUntilNodesTalk,
} from '../../node-network.ts';

const dropOf = async (lab: Lab) => ['FORWARD', '-d', (await describeNode(lab, peer)).range, '-j', 'DROP'];

export const forwardRuleDrop: Fault = {
  name: 'forward-rule-drop',
  inject: async (lab) => {
    await must(lab, broken, 'iptables', '-I', ...(await dropOf(lab)));
    await waitUntilCut(lab);
    return expectCauses(causeOn(broken, 'node.forward-drop'));
  },
  recover: async (lab) => {
    const drop = await dropOf(lab);
    while ((await lab.exec(broken, ['iptables', '-D', ...drop])).code === 0);
    await waitUntilNodesTalk(lab);
  },
};
