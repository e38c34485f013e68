// A `template` block in the Corefile answers NXDOMAIN for one name. Seen: that name fails on every replica though its
// Service exists, all others resolve.

import {
  changeCorefile,
  clientOn,
  clusterName,
  corednsPods,
  externalName,
  resolves,
  restartCoredns,
  restoreDns,
} from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

const template = `    template IN ANY ${clusterName} {
        rcode NXDOMAIN
    }
`;

export const corefileTemplateNxdomain: Fault = {
  name: 'corefile-template-nxdomain',
  inject: async (lab) => {
    await changeCorefile(lab, (corefile) => corefile.replace('.:53 {\n', `.:53 {\n${template}`));
    await restartCoredns(lab);
    const client = await clientOn(lab);
    await lab.waitFor('only that name fails', async () => {
      const replicas = await corednsPods(lab);
      const isServing = replicas.length === 2 && replicas.every(({ ready }) => ready);
      return (
        isServing &&
        (await resolves(lab, client, externalName)) &&
        !(await resolves(lab, client, clusterName))
      );
    });
    return {
      words: ['dns', client, clusterName],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'dns.corefile-rewrites-name',
            subject: { kind: 'configmap', namespace: 'kube-system', name: 'coredns' },
          },
        ],
      },
    };
  },
  recover: restoreDns,
};
