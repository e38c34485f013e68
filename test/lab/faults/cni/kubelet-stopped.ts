// One node's kubelet hangs. Seen: after 40 s the node is NotReady, "Kubelet stopped posting node status"; flannel and the pods
// there go on.

import { restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';
import { peer, signalOn } from '../../node-network.ts';

export const kubeletStoppedForCni: Fault = {
  name: 'kubelet-stopped-on-node',
  inject: async (lab) => {
    await signalOn(lab, peer, 'kubelet', 'STOP');
    await lab.kubectl(['wait', 'node', peer, '--for', 'condition=Ready=Unknown', '--timeout', '90s']);
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'node.not-ready', subject: { kind: 'node', name: peer }, node: peer }],
      },
    };
  },
  recover: async (lab) => {
    await signalOn(lab, peer, 'kubelet', 'CONT');
    await restoreCni(lab);
  },
};
