// One node, the one without a CoreDNS replica, drops forwarded UDP to port 53. Seen: its pods time out over UDP and
// get answers over TCP; pods on other nodes are fine.

import { clientOn, clusterName, corednsPods, resolves, waitUntilDnsAnswers } from '../../cluster-dns.ts';
import type { Fault, Lab } from '../../fault.ts';

const drop = ['FORWARD', '-p', 'udp', '--dport', '53', '-j', 'DROP'];

const removeDrops = async (lab: Lab) => {
  for (const node of lab.nodes) while ((await lab.exec(node, ['iptables', '-D', ...drop])).code === 0);
};

export const udp53DroppedOnNode: Fault = {
  name: 'udp-53-dropped-on-node',
  inject: async (lab) => {
    const withReplica = (await corednsPods(lab)).map(({ node }) => node);
    const node = lab.nodes.find((name) => !withReplica.includes(name));
    if (node === undefined)
      throw new Error('This fault needs a node without a CoreDNS replica: three nodes or more.');
    await lab.exec(node, ['iptables', '-I', ...drop]);
    const client = await clientOn(lab, node);
    await lab.waitFor('UDP fails and TCP answers', async () => {
      return (
        !(await resolves(lab, client, clusterName)) && (await resolves(lab, client, '+tcp', clusterName))
      );
    });
    return {
      words: ['dns', client],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'dns.udp-blocked', subject: { kind: 'node', name: node } }],
      },
    };
  },
  recover: async (lab) => {
    await removeDrops(lab);
    await waitUntilDnsAnswers(lab);
  },
};
