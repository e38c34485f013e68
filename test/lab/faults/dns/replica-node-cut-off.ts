// The node of one CoreDNS replica loses its link at the switch. Seen: about half of all queries time out, for the 40 s
// until the node counts as not ready and its replica leaves the Service.

import { clientOn, clusterName, corednsPods, resolves, waitUntilDnsAnswers } from '../../cluster-dns.ts';
import type { Fault, Lab } from '../../fault.ts';
import { switchPort } from '../../topology.ts';

const reconnectAll = async (lab: Lab) => {
  for (const node of lab.nodes) await lab.switch(['ip', 'link', 'set', switchPort(node), 'up']);
};

export const replicaNodeCutOff: Fault = {
  name: 'replica-node-cut-off',
  inject: async (lab) => {
    const [replica] = await corednsPods(lab);
    if (replica === undefined) throw new Error('There is no CoreDNS replica whose node could be cut off.');
    const client = await clientOn(
      lab,
      lab.nodes.find((node) => node !== replica.node),
    );
    await lab.switch(['ip', 'link', 'set', switchPort(replica.node), 'down']);
    await lab.waitFor(`${replica.name} does not answer`, async () => {
      return !(await resolves(lab, client, `@${replica.address}`, clusterName));
    });
    return {
      words: ['dns', client],
      expect: {
        outcome: 'root-cause',
        causes: [
          { code: 'dns.replica-bad', subject: { kind: 'pod', namespace: 'kube-system', name: replica.name } },
        ],
      },
    };
  },
  recover: async (lab) => {
    await reconnectAll(lab);
    await lab.kubectl(['wait', 'nodes', '--all', '--for', 'condition=Ready', '--timeout', '60s']);
    await waitUntilDnsAnswers(lab);
  },
};
