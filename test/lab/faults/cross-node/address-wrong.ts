// One node's flannel is told to register an address that the node does not have, as after a move to another network. Seen:
// all others send there what is for its pods, and the node's own address works.

import type { Fault, Lab } from '../../fault.ts';
import { causeOn, expectCauses, mend, peer, restartFlannel, waitUntilCut } from '../../node-network.ts';

const annotation = 'flannel.alpha.coreos.com/public-ip-overwrite';
const registered = '172.31.0.99';

const annotate = (lab: Lab, change: string) => lab.kubectl(['annotate', 'node', peer, change, '--overwrite']);

export const addressWrong: Fault = {
  name: 'address-wrong',
  inject: async (lab) => {
    await annotate(lab, `${annotation}=${registered}`);
    await restartFlannel(lab, peer);
    await waitUntilCut(lab);
    return expectCauses(causeOn(peer, 'node.address-wrong', { registered }));
  },
  recover: async (lab) => {
    await annotate(lab, `${annotation}-`);
    await mend(lab, peer);
  },
};
