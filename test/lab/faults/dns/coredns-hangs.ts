// All CoreDNS processes are stopped, as a deadlock does it. Seen: queries time out from everywhere, while the pods still count as
// ready and the kernel goes on accepting connections for them.

import { clientOn, clusterName, corednsPods, resolves, restoreDns } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';
import { signalOn } from '../../node-network.ts';

export const corednsHangs: Fault = {
  name: 'coredns-hangs',
  inject: async (lab) => {
    for (const { node } of await corednsPods(lab)) await signalOn(lab, node, 'coredns', 'STOP');
    const client = await clientOn(lab);
    await lab.waitFor('names do not resolve', async () => !(await resolves(lab, client, clusterName)));
    return {
      words: ['dns', client],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'dns.coredns-down',
            subject: { kind: 'deployment', namespace: 'kube-system', name: 'coredns' },
            params: { cause: 'hangs', ready: 0 },
          },
        ],
      },
    };
  },
  recover: restoreDns,
};
