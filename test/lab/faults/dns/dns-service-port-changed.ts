// The kube-dns Service listens on 5353 in place of 53. Seen: both replicas answer by address; the Service address
// gives no answer on port 53, and does on 5353.

import { clientOn, clusterName, patchDnsService, resolves, restoreDns } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

const ports = (port: number) => [
  { name: 'dns', port, protocol: 'UDP', targetPort: 53 },
  { name: 'dns-tcp', port, protocol: 'TCP', targetPort: 53 },
  { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
];

export const dnsServicePortChanged: Fault = {
  name: 'dns-service-port-changed',
  inject: async (lab) => {
    await patchDnsService(lab, { ports: ports(5353) });
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
            params: { cause: 'port-missing' },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    // Applying the manifest would add its ports to the changed ones.
    await patchDnsService(lab, { ports: ports(53) });
    await restoreDns(lab);
  },
};
