// The kube-dns Service selects a label that no pod has. Seen: both replicas run and answer by address; the Service
// has no endpoints and refuses.

import { clientOn, clusterName, patchDnsService, resolves, restoreDns } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

export const dnsServiceSelectorChanged: Fault = {
  name: 'dns-service-selector-changed',
  inject: async (lab) => {
    await patchDnsService(lab, { selector: { 'k8s-app': 'coredns' } });
    const client = await clientOn(lab);
    await lab.waitFor('the Service does not answer', async () => !(await resolves(lab, client, clusterName)));
    return {
      words: ['dns', client],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'dns.service-misconfigured',
            subject: { kind: 'service', namespace: 'kube-system', name: 'kube-dns' },
            params: { cause: 'selector-matches-nothing' },
          },
        ],
      },
    };
  },
  recover: restoreDns,
};
