// One node's kubelet hangs. Seen: the node counts as not ready after 40 s; its pods go on and are reached as before.

import type { Fault } from '../../fault.ts';
import { causeOn, expectCauses, peer, signalOn, waitUntilNodesTalk } from '../../node-network.ts';

export const kubeletStopped: Fault = {
  name: 'kubelet-stopped',
  inject: async (lab) => {
    await signalOn(lab, peer, 'kubelet', 'STOP');
    const condition = ['--for', 'condition=Ready=Unknown', '--timeout', '90s'];
    await lab.kubectl(['wait', 'node', peer, ...condition]);
    return expectCauses(causeOn(peer, 'node.not-ready'));
  },
  recover: async (lab) => {
    await signalOn(lab, peer, 'kubelet', 'CONT');
    await lab.kubectl(['wait', 'nodes', '--all', '--for', 'condition=Ready', '--timeout', '60s']);
    await waitUntilNodesTalk(lab);
  },
};
