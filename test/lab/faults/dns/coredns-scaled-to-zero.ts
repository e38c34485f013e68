// The CoreDNS deployment is scaled to zero. Seen: queries to the Service are refused at once (ICMP port unreachable).

import { clientOn, clusterName, corednsPods, resolves, restoreDns } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

export const corednsScaledToZero: Fault = {
  name: 'coredns-scaled-to-zero',
  inject: async (lab) => {
    await lab.kubectl(['scale', 'deployment/coredns', '--namespace', 'kube-system', '--replicas', '0']);
    const client = await clientOn(lab);
    await lab.waitFor('CoreDNS is gone and names do not resolve', async () => {
      return (await corednsPods(lab)).length === 0 && !(await resolves(lab, client, clusterName));
    });
    return {
      words: ['dns', client],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'dns.coredns-down',
            subject: { kind: 'deployment', namespace: 'kube-system', name: 'coredns' },
            params: { cause: 'scaled-to-zero' },
          },
        ],
      },
    };
  },
  recover: restoreDns,
};
