// One node's flannel hangs, and its masquerade rules are gone. Seen: pods reach pods, and nothing outside of the cluster.

import type { Fault } from '../../fault.ts';
import { broken, causeOn, expectCauses, mend, must, signalOn } from '../../node-network.ts';

export const masqueradeMissing: Fault = {
  name: 'masquerade-missing',
  inject: async (lab) => {
    await signalOn(lab, broken, 'flanneld', 'STOP');
    await must(lab, broken, 'iptables', '-t', 'nat', '-F', 'FLANNEL-POSTRTG');
    return expectCauses(causeOn(broken, 'node.masquerade-missing'));
  },
  recover: async (lab) => {
    await signalOn(lab, broken, 'flanneld', 'CONT');
    await mend(lab, broken);
  },
};
