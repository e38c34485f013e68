// One CoreDNS replica hears nothing: a rule in its own network drops all queries, while its health is answered for; the rule
// goes with the pod. Seen: every other query times out.

import { clientOn, clusterName, corednsPods, resolves, restoreDns } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

export const corednsDeaf: Fault = {
  name: 'one-coredns-replica-deaf',
  inject: async (lab) => {
    const [replica] = await corednsPods(lab);
    if (!replica) throw new Error('There is no CoreDNS replica to deafen.');
    for (const protocol of ['udp', 'tcp'])
      await lab.netns(`kube-system/${replica.name}`, [
        ...['iptables', '-I', 'INPUT', '-p', protocol, '--dport', '53', '-j', 'DROP'],
      ]);
    const client = await clientOn(lab);
    const answers = () => resolves(lab, client, `@${replica.address}`, clusterName);
    await lab.waitFor(`${replica.name} does not answer`, async () => !(await answers()));
    return {
      words: ['dns', client],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'dns.replica-bad', subject: { kind: 'pod', namespace: 'kube-system' } }],
      },
    };
  },
  recover: restoreDns,
};
