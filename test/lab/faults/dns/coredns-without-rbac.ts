// CoreDNS loses its ClusterRoleBinding and restarts. Seen: "plugin/kubernetes: Failed to watch … is forbidden" in the
// logs, replicas never ready, the Service refuses; asked by address, cluster names end in SERVFAIL.

import {
  clientOn,
  clusterName,
  corednsPods,
  resolves,
  restartCoredns,
  restoreDns,
} from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

export const corednsWithoutRbac: Fault = {
  name: 'coredns-without-rbac',
  inject: async (lab) => {
    await lab.kubectl(['delete', 'clusterrolebinding', 'system:coredns', '--ignore-not-found']);
    await restartCoredns(lab);
    const client = await clientOn(lab);
    await lab.waitFor('CoreDNS runs, is not ready and does not resolve', async () => {
      const replicas = await corednsPods(lab);
      const areUp = replicas.length === 2 && replicas.every(({ address, ready }) => address !== '' && !ready);
      return areUp && !(await resolves(lab, client, clusterName));
    });
    await lab.waitFor('the refusal is in the log', async () => {
      const replicas = await corednsPods(lab);
      const logs = replicas.map(({ name }) => lab.kubectl(['logs', '--namespace', 'kube-system', name]));
      return (await Promise.all(logs)).every((log) => log.includes('forbidden'));
    });
    return {
      words: ['dns', client],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'dns.api-access-lost', subject: { kind: 'pod', namespace: 'kube-system' } }],
      },
    };
  },
  recover: restoreDns,
};
